#include "analysis/scenario/overrides.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string_view>

#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/section.hpp"

namespace vqlab {
namespace {

constexpr std::string_view kOption = "--set ";
constexpr std::size_t kLongestTold = 200;
constexpr std::size_t kMostSteps = 32;  // of a path: no document is deeper
constexpr const char* kAcceptedPath = "the path of a parameter, such as guest.vcpus, sweep.PATH, or another member";

// The override, as faults name it.
std::string override_name(const std::string& text) {
  const bool is_long = text.size() > kLongestTold;
  return std::string(kOption) + (is_long ? text.substr(0, kLongestTold) + "..." : text);
}

// A bare word is a text; what looks like JSON but is none stays a text, too, and is refused by its type.
std::optional<Json> parse_value(const std::string& text, FaultList& faults) {
  FaultList own("");
  if (auto value = parse_document(text, own); value && own.empty()) return value;
  // What is wrong inside a value: a key twice, too many levels.
  for (const Fault& fault : own.faults())
    if (fault.path.front() == '$') {
      faults.add(fault.kind, fault.path, fault.found, fault.accepted);
      return std::nullopt;
    }
  // A text must be one of UTF-8, which only what is JSON has been checked for.
  if (Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)) != Json(text)) {
    faults.add(FaultKind::kSyntax, "$", "bytes that are no UTF-8", "text");
    return std::nullopt;
  }
  return Json(text);
}

// A path taken apart: the parameter, and what part of it if it is a cost. Both empty if it names no parameter.
struct Target {
  std::string param;
  std::string part;
};

Target target_of(const std::string& path) {
  if (find_param(path).row != nullptr) return {path, ""};
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || find_param(path.substr(0, dot)).row == nullptr) return {};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

// The part of a parameter's value; null if it has none.
Json part_of(const Json& value, const std::string& part) {
  if (part.empty()) return value;
  if (value.is_number()) return part == "mean_ns" ? value : Json();
  return value.is_object() && value.contains(part) ? value[part] : Json();
}

// One override on its way into the document.
class Override {
 public:
  Override(Json& document, const std::string& path, const Json& value, FaultList& faults)
      : document_(document), path_(path), value_(value), faults_(faults) {}

  std::vector<std::string> apply() {
    if (std::count(path_.begin(), path_.end(), '.') > static_cast<std::ptrdiff_t>(kMostSteps)) {
      refuse("$", "a path of more than " + std::to_string(kMostSteps) + " steps", kAcceptedPath);
      return {};
    }
    const Target target = target_of(path_);
    if (!target.param.empty() && (set_in_sweep(target) || set_in_curves(target))) return std::move(paths_);
    write(document_, "$", path_);
    return std::move(paths_);
  }

 private:
  void refuse(const std::string& at, const std::string& found, const std::string& accepted,
              const std::string& nearest = "") {
    faults_.add(FaultKind::kMeaning, at, found, accepted, nearest);
  }

  // Each is true if nothing is left to be written at the top level.
  bool set_in_sweep(const Target& target) {
    const auto sweep = document_.find("sweep");
    if (sweep == document_.end() || !sweep->is_object()) return false;
    const auto axis = sweep->find(target.param);
    if (axis == sweep->end() || !axis->is_array()) return false;
    const std::string at = member_path("$.sweep", target.param);
    if (target.part.empty()) {
      *axis = Json::array({value_});
      paths_.push_back(at);
    } else {
      for (std::size_t i = 0; i < axis->size(); ++i) write((*axis)[i], element_path(at, i), target.part);
    }
    return true;
  }

  bool set_in_curves(const Target& target) {
    const auto curves = document_.find("curves");
    if (curves == document_.end() || !curves->is_array()) return false;
    std::vector<std::size_t> setting;
    std::vector<Json> values;
    for (std::size_t i = 0; i < curves->size(); ++i) {
      const Json& one = (*curves)[i];
      const bool sets = one.is_object() && one.contains("set") && one["set"].is_object();
      const auto found = sets ? one["set"].find(target.param) : one.end();
      if (sets && found != one["set"].end()) setting.push_back(i);
      values.push_back(sets && found != one["set"].end() ? part_of(*found, target.part) : Json());
    }
    if (setting.empty()) return false;
    if (std::any_of(values.begin(), values.end(), [&values](const Json& one) { return one != values.front(); })) {
      refuse_where_curves_differ(*curves, setting);
      return true;
    }
    for (const std::size_t i : setting) write((*curves)[i]["set"], element_path("$.curves", i) + ".set", path_);
    return setting.size() == curves->size();
  }

  // Under their old names they would not be what these say.
  void refuse_where_curves_differ(const Json& curves, const std::vector<std::size_t>& setting) {
    std::vector<std::string> names;
    for (const std::size_t i : setting) {
      const auto name = curves[i].find("name");
      names.push_back(name != curves[i].end() && name->is_string() ? name->get<std::string>() : std::to_string(i));
    }
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    refuse(setting.size() == 1 ? member_path(element_path("$.curves", setting.front()) + ".set", path_) : "$.curves",
           "what curves differ in, and so what their names say; set by " + all,
           "--set curves.NAME.set." + path_ + "=VALUE for each curve that is meant");
  }

  // Writes the value below `place`, at the rest of the path.
  void write(Json& place, const std::string& at, const std::string& rest) {
    if (rest.empty()) {
      place = value_;
      paths_.push_back(at);
      return;
    }
    if (place.is_array()) return write_element(place, at, rest);
    // A cost written as a number keeps its mean when only its shape is overridden.
    if (place.is_number() && (rest == "shape" || rest == "mean_ns")) place = Json{{"mean_ns", place}};
    if (place.is_null()) {
      place = Json::object();
      paths_.push_back(at);  // what is wrong with it is the override's doing, too
    }
    if (place.is_object()) {
      const std::string key = key_of(place, at, rest);
      return write(place[key], member_path(at, key), rest.size() > key.size() ? rest.substr(key.size() + 1) : "");
    }
    const bool of_machine = at == "$.machine";
    refuse(at, show(place) + (of_machine ? ", a machine with a file of its own" : ", which has no members"),
           of_machine ? "the study's own value, --set " + rest + "=VALUE" : kAcceptedPath);
  }

  void write_element(Json& list, const std::string& at, const std::string& rest) {
    const std::string step = rest.substr(0, rest.find('.'));
    const std::string below = rest.size() > step.size() ? rest.substr(step.size() + 1) : "";
    std::vector<std::string> names;
    for (std::size_t i = 0; i < list.size(); ++i) {
      std::string name = std::to_string(i);
      for (const char* key : {"name", "id"})
        if (list[i].is_object() && list[i].contains(key) && list[i][key].is_string())
          name = list[i][key].get<std::string>();
      if (step == name || step == std::to_string(i)) return write(list[i], element_path(at, i), below);
      names.push_back(std::move(name));
    }
    refuse(member_path(at, step), "no element of the list",
           names.size() <= 30 ? one_of(names) : "0 to " + std::to_string(names.size() - 1), nearest_name(step, names));
  }

  // The longest beginning of the path that is a key here, or can be one: keys of parameters have dots.
  static std::string key_of(const Json& object, const std::string& at, const std::string& rest) {
    const bool by_param = at == "$.sweep" || at == "$.free_parameters" || at == "$.machine.sources" ||
                          (at.size() > 4 && at.compare(at.size() - 4, 4, ".set") == 0);
    for (std::size_t end = rest.size();; end = rest.rfind('.', end - 1)) {
      const std::string key = rest.substr(0, end);
      if (object.contains(key) || (by_param && find_param(key).row != nullptr)) return key;
      if (end == 0 || rest.rfind('.', end - 1) == std::string::npos) break;
    }
    // A misspelt parameter is one key.
    return by_param ? rest : rest.substr(0, rest.find('.'));
  }

  Json& document_;
  const std::string& path_;
  const Json& value_;
  FaultList& faults_;
  std::vector<std::string> paths_;
};

// The override that has written there before, if it is of no use now; null if there is none.
const AppliedOverride* lost(const std::vector<AppliedOverride>& applied, const AppliedOverride& next) {
  for (const AppliedOverride& one : applied)
    for (const std::string& place : one.paths)
      for (const std::string& now : next.paths)
        if (is_below(place, now)) return &one;
  return nullptr;
}

}  // namespace

std::vector<AppliedOverride> apply_overrides(Json& document, const std::vector<std::string>& overrides,
                                             FaultList& faults) {
  std::vector<AppliedOverride> applied;
  if (!document.is_object()) return applied;
  for (const std::string& text : overrides) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      faults.add(FaultKind::kSyntax, show(text), "no path and value", "path=value, such as guest.vcpus=8");
      continue;
    }
    const std::string path = text.substr(0, equals);
    FaultList own(override_name(text));
    AppliedOverride one{text, {}};
    if (const auto value = parse_value(text.substr(equals + 1), own))
      one.paths = Override(document, path, *value, own).apply();
    if (const AppliedOverride* before = lost(applied, one))
      own.add(FaultKind::kMeaning, one.paths.front(), "a value that takes the place of " + override_name(before->text),
              "one of the two");
    faults.take(own);
    applied.push_back(std::move(one));
  }
  return applied;
}

bool of_override(const Fault& fault) { return fault.file.compare(0, kOption.size(), kOption) == 0; }

bool sets_machine(const std::vector<std::string>& overrides) {
  return std::any_of(overrides.begin(), overrides.end(), [](const std::string& one) {
    return one.compare(0, 8, "machine=") == 0 || one.compare(0, 8, "machine.") == 0;
  });
}

void blame_overrides(const std::vector<AppliedOverride>& applied, const std::string& file, std::vector<Fault>& faults) {
  for (Fault& fault : faults) {
    if (fault.file != file) continue;
    for (const AppliedOverride& one : applied)
      for (const std::string& place : one.paths)
        if (is_below(fault.path, place)) fault.file = override_name(one.text);
  }
  // An override that was written to several places is wrong once.
  std::set<std::vector<std::string>> told;
  const auto again = [&](const Fault& fault) {
    return of_override(fault) && !told.insert({fault.file, fault.found, fault.accepted}).second;
  };
  faults.erase(std::remove_if(faults.begin(), faults.end(), again), faults.end());
}

}  // namespace vqlab

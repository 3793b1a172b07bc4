#include "analysis/scenario/value.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <initializer_list>
#include <regex>
#include <set>

#include "analysis/scenario/device_json.hpp"
#include "analysis/scenario/disks_json.hpp"
#include "analysis/scenario/iothread_vq_mapping_json.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/param_keys.hpp"
#include "analysis/scenario/param_reader.hpp"
#include "models/base/size_text.hpp"

namespace vqlab {
namespace {

const Shape usual_shape = Cost{}.shape;

std::vector<std::string> shapes() { return {shape_names().begin(), shape_names().end()}; }

std::string shape_text(Shape shape) { return std::string(shape_names().at(static_cast<std::size_t>(shape))); }

std::string quoted(const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const std::string& name : names) all.push_back("\"" + name + "\"");
  return one_of(all);
}

bool inside(double value, const Bounds& bounds) { return value >= bounds.min && value <= bounds.max; }

// A cost of 0 switches its step off, which is no statement about the machine; any other lies inside the bounds.
bool inside_cost(double mean_ns, const Bounds& bounds) { return mean_ns == 0 || inside(mean_ns, bounds); }

// 4, 4.0 and 4e0 are the same integer, in JSON schema and here.
std::optional<double> whole_number(const Json& json) {
  if (!json.is_number()) return std::nullopt;
  const auto value = json.get<double>();
  if (value != std::floor(value)) return std::nullopt;
  return value;
}

// Without an exponent, down to 1e-9: that is a nanosecond where the number is one of seconds.
std::string digits(double number) {
  std::string text = fmt::format("{:.9f}", number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// What JSON has for "on", "yes" or 1; null if it is none of these.
const char* boolean_of(const Json& json) {
  std::string word = json.is_string() ? json.get<std::string>() : json.is_number() ? json.dump() : "";
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto is_one_of = [&word](std::initializer_list<const char*> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (is_one_of({"on", "yes", "true", "enabled", "y", "1"})) return "true, without quotes";
  return is_one_of({"off", "no", "false", "disabled", "n", "0"}) ? "false, without quotes" : nullptr;
}

// Reads one value; `refuse` notes the fault.
class Reader {
 public:
  Reader(const Param& row, const std::string& path, FaultList& faults) : row_(row), path_(path), faults_(faults) {}

  std::optional<ParamValue> read(const Json& json, const ParamValue& current) {
    switch (row_.kind) {
      case ParamKind::kBoolean:
        if (json.is_boolean()) return json.get<bool>();
        break;
      case ParamKind::kInteger:
        if (const auto value = whole_number(json); value && inside(*value, row_.bounds))
          return json.is_number_float() ? static_cast<std::int64_t>(*value) : json.get<std::int64_t>();
        break;
      case ParamKind::kNumber:
        if (json.is_number() && inside(json.get<double>(), row_.bounds)) return json.get<double>();
        break;
      case ParamKind::kText:
        if (json.is_string()) return json.get<std::string>();
        break;
      case ParamKind::kWorded: return read_worded(json);
      case ParamKind::kNamedSets: return read_named_sets(json);
      case ParamKind::kChoice: return read_choice(json, row_.choices(), path_);
      case ParamKind::kSize: return read_size(json);
      case ParamKind::kSizeRange: return read_size_range(json);
      case ParamKind::kIothreadVqMapping: return read_iothread_vq_mapping(json, path_, faults_);
      case ParamKind::kDevice: return read_device(json, path_, read_value, faults_);
      case ParamKind::kDisks: return read_disks(json, path_, read_value, faults_);
      case ParamKind::kCost: return read_cost(json, std::get<Cost>(current));
    }
    return refuse(json);
  }

 private:
  std::nullopt_t refuse(const Json& json, FaultKind kind = FaultKind::kSchema) {
    const char* const boolean = row_.kind == ParamKind::kBoolean ? boolean_of(json) : nullptr;
    faults_.add(kind, path_, show(json), boolean == nullptr ? accepted_values(row_) : boolean);
    return std::nullopt;
  }

  std::optional<std::string> read_choice(const Json& json, const std::vector<std::string>& choices,
                                         const std::string& path) {
    const std::string text = json.is_string() ? json.get<std::string>() : "";
    if (json.is_string() && std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
    for (const RenamedChoice& choice : row_.renamed) {
      if (text != choice.former) continue;
      faults_.add(row_.listing.empty() ? FaultKind::kSchema : FaultKind::kMeaning, path,
                  show(json) + ": renamed, write \"" + choice.now + '"', "");
      return std::nullopt;
    }
    // Which plug-ins there are is nothing that a schema knows.
    const FaultKind kind = row_.listing.empty() || !is_name(text) ? FaultKind::kSchema : FaultKind::kMeaning;
    faults_.add(kind, path, show(json), quoted(choices), nearest_name(text, choices));
    return std::nullopt;
  }

  std::optional<ParamValue> read_size(const Json& json) {
    if (const auto value = whole_number(json))
      return inside(*value, row_.bounds) ? std::optional<ParamValue>(static_cast<std::int64_t>(*value)) : refuse(json);
    if (!json.is_string()) return refuse(json);
    const auto bytes = parse_size(json.get<std::string>());
    if (!bytes) return refuse(json);
    // A schema checks the spelling of a text, not how large the size is.
    if (!inside(static_cast<double>(*bytes), row_.bounds)) return refuse(json, FaultKind::kMeaning);
    return static_cast<std::int64_t>(*bytes);
  }

  std::optional<ParamValue> read_size_range(const Json& json) {
    if (!json.is_string()) return refuse(json);
    const auto range = parse_size_range(json.get<std::string>());
    if (!range) return refuse(json);
    const bool all_inside = inside(static_cast<double>(range->min_bytes), row_.bounds) &&
                            inside(static_cast<double>(range->max_bytes), row_.bounds);
    if (!all_inside) return refuse(json, FaultKind::kMeaning);
    return *range;
  }

  std::optional<ParamValue> read_cost(const Json& json, Cost cost) {
    if (json.is_number()) {
      cost.mean_ns = json.get<double>();
      return inside_cost(cost.mean_ns, row_.bounds) ? std::optional<ParamValue>(cost) : refuse(json);
    }
    if (!json.is_object() || json.empty()) return refuse(json);
    bool good = true;
    for (const auto& [key, value] : json.items()) {
      if (key == "mean_ns") {
        if (!value.is_number() || !inside_cost(value.get<double>(), row_.bounds)) {
          faults_.add(FaultKind::kSchema, member_path(path_, key), show(value), mean_accepted());
          good = false;
        } else {
          cost.mean_ns = value.get<double>();
        }
      } else if (key == "shape") {
        const auto shape = read_choice(value, shapes(), member_path(path_, key));
        if (shape)
          cost.shape = static_cast<Shape>(
              std::distance(shape_names().begin(), std::find(shape_names().begin(), shape_names().end(), *shape)));
        good = good && shape;
      } else {
        const std::vector<std::string> known{"mean_ns", "shape"};
        faults_.add(FaultKind::kSchema, member_path(path_, key), "an unknown key", one_of(known),
                    nearest_name(key, known));
        good = false;
      }
    }
    if (!good) return std::nullopt;
    return cost;
  }

  std::optional<ParamValue> read_worded(const Json& json) {
    std::string text;
    if (json.is_number() && json.get<double>() >= 0 && json.get<double>() <= kExactIntegers)
      text = digits(json.get<double>());
    else if (json.is_string())
      text = json.get<std::string>();
    else
      return refuse(json);
    if (text.size() > kLongestWording || !std::regex_match(text, std::regex(row_.wording.pattern))) return refuse(json);
    // A schema knows the pattern, and nothing more.
    if (!row_.wording.fits(text)) return refuse(json, FaultKind::kMeaning);
    return text;
  }

  std::optional<ParamValue> read_named_sets(const Json& json) {
    if (!json.is_array() || json.size() > kMostNamedSets) return refuse(json);
    const std::size_t before = faults_.size();
    NamedSets sets;
    std::set<std::string> names;
    for (std::size_t i = 0; i < json.size() && !faults_.full(); ++i) {
      const std::string at = element_path(path_, i);
      std::vector<std::string> known = keys_of(*row_.element());
      known.emplace_back("name");
      ObjectReader reader(json[i], at, known, faults_, FaultKind::kSchema, tell_misplaced(json[i], at, known, faults_));
      NamedSet& set = sets.emplace_back(NamedSet{reader.required_name("name"), {}});
      if (!set.name.empty() && !names.insert(set.name).second)
        faults_.add(FaultKind::kMeaning, reader.path("name"), show(Json(set.name)) + " a second time",
                    "each name once");
      for (const Param& row : row_.element()->rows) {
        const std::string key = written_key(json[i], row, at, faults_);
        if (key.empty()) continue;
        if (const auto value = read_value(row, json[i].at(key), {}, member_path(at, key), faults_))
          set.values.push_back({row.name, *value});
      }
    }
    if (faults_.size() > before) return std::nullopt;
    return sets;
  }

  std::string mean_accepted() const {
    return fmt::format("a number from {} to {} ns, or 0 to switch the cost off", bound_text(row_.bounds.min),
                       bound_text(row_.bounds.max));
  }

  const Param& row_;
  const std::string& path_;
  FaultList& faults_;
};

struct Writer {
  Json operator()(bool value) const { return value; }
  Json operator()(std::int64_t value) const { return value; }
  Json operator()(double value) const { return value; }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const SizeRange& value) const { return size_text(value); }
  Json operator()(const IothreadVqMapping& value) const { return write_iothread_vq_mapping(value); }
  Json operator()(const NamedSets& value) const {
    Json json = Json::array();
    for (const NamedSet& set : value) {
      Json& one = json.emplace_back();
      one["name"] = set.name;
      for (const RowValue& member : set.values) one[member.row] = write_value(member.value);
    }
    return json;
  }
  Json operator()(const DeviceChoice& value) const { return write_device(value, write_value); }
  Json operator()(const Disks& value) const { return write_disks(value, write_value); }
  Json operator()(const Cost& value) const {
    Json json;
    json["mean_ns"] = value.mean_ns;
    json["shape"] = shape_text(value.shape);
    return json;
  }
};

struct Texter {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
  std::string operator()(double value) const { return fmt::format("{}", value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const SizeRange& value) const { return size_text(value); }
  std::string operator()(const IothreadVqMapping& value) const { return write_iothread_vq_mapping(value).dump(); }
  std::string operator()(const NamedSets& value) const { return write_value(value).dump(); }
  std::string operator()(const DeviceChoice& value) const { return value.sheet().name; }
  std::string operator()(const Disks& value) const { return disks_text(value); }
  std::string operator()(const Cost& value) const {
    const std::string mean = fmt::format("{}", value.mean_ns);
    return value.shape == usual_shape ? mean : mean + "/" + shape_text(value.shape);
  }
};

}  // namespace

std::optional<ParamValue> read_value(const Param& row, const Json& json, const ParamValue& current,
                                     const std::string& path, FaultList& faults) {
  return Reader(row, path, faults).read(json, current);
}

bool is_part_of_value(const Json& json) { return json.is_object() && json.size() == 1; }

Json write_value(const ParamValue& value) { return std::visit(Writer{}, value); }

Json brief_value(const ParamValue& value, const ParamValue& standard) {
  const auto whole = [](double number) {
    return number == std::floor(number) && std::abs(number) < 1e15 ? Json(static_cast<std::int64_t>(number))
                                                                   : Json(number);
  };
  if (const double* number = std::get_if<double>(&value)) return whole(*number);
  const Cost* cost = std::get_if<Cost>(&value);
  if (cost == nullptr) return write_value(value);
  if (cost->shape == std::get<Cost>(standard).shape) return whole(cost->mean_ns);
  Json json = write_value(value);
  json["mean_ns"] = whole(cost->mean_ns);
  return json;
}

std::string value_text(const ParamValue& value) { return std::visit(Texter{}, value); }

std::string bound_text(double bound) {
  return std::abs(bound) < 1e9 && bound == std::floor(bound) ? fmt::format("{:.0f}", bound) : fmt::format("{}", bound);
}

std::string accepted_values(const Param& row) {
  const std::string unit = row.unit.empty() ? "" : " " + row.unit;
  const std::string range = bound_text(row.bounds.min) + " to " + bound_text(row.bounds.max);
  switch (row.kind) {
    case ParamKind::kBoolean: return "true or false";
    case ParamKind::kInteger: return "an integer from " + range + unit;
    case ParamKind::kNumber: return "a number from " + range + unit;
    case ParamKind::kText: return "a text";
    case ParamKind::kChoice: return quoted(row.choices());
    case ParamKind::kSize: return "bytes from " + range + ", as a number or as \"64k\" or \"1g\"";
    case ParamKind::kSizeRange: return "two sizes from " + range + " bytes, as \"4k-64k\", or one";
    case ParamKind::kWorded: return row.wording.accepted;
    case ParamKind::kNamedSets:
      return "a list of at most " + std::to_string(kMostNamedSets) +
             R"( objects such as {"name": "a", ...}, with keys of )" + row.element()->name;
    case ParamKind::kIothreadVqMapping: return kIothreadVqMappingAccepted;
    case ParamKind::kDevice: return kDeviceAccepted;
    case ParamKind::kDisks: return kDisksAccepted;
    case ParamKind::kCost:
      return "a mean from " + range + " ns, or 0 to switch the cost off, or an object of mean_ns and shape";
  }
  return "";
}

}  // namespace vqlab

#include "analysis/scenario/overrides.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>

#include "analysis/scenario/section.hpp"

namespace vqlab {
namespace {

constexpr std::string_view kSweepPrefix = "sweep.";

// A bare word is a text; what looks like JSON but is none stays a text, too, and is refused by its type.
Json parse_value(const std::string& text) {
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(text) : value;
}

// Descends one step; null where the document holds something else, which the reader will refuse.
Json* member(Json& parent, const std::string& key) {
  // A cost written as a number keeps its mean when only its shape is overridden.
  if (parent.is_number() && (key == "shape" || key == "mean_ns")) {
    Json object = Json::object();
    object["mean_ns"] = parent;
    parent = std::move(object);
  }
  if (parent.is_null()) parent = Json::object();
  return parent.is_object() ? &parent[key] : nullptr;
}

std::vector<std::string> split(const std::string& path) {
  if (path.compare(0, kSweepPrefix.size(), kSweepPrefix) == 0) return {"sweep", path.substr(kSweepPrefix.size())};
  std::vector<std::string> steps;
  std::size_t start = 0;
  for (std::size_t dot = 0; (dot = path.find('.', start)) != std::string::npos; start = dot + 1)
    steps.push_back(path.substr(start, dot - start));
  steps.push_back(path.substr(start));
  return steps;
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

// Where curves or sweep set the parameter; returns the JSON paths written.
std::vector<std::string> override_in_place(Json& document, const Target& target, const Json& value) {
  std::vector<std::string> paths;
  const auto write = [&](Json& place) {
    Json* part = target.part.empty() ? &place : member(place, target.part);
    if (part != nullptr) *part = value;
  };
  if (const auto sweep = document.find("sweep"); sweep != document.end() && sweep->is_object())
    if (const auto axis = sweep->find(target.param); axis != sweep->end() && axis->is_array()) {
      if (target.part.empty()) *axis = Json::array({value});
      for (Json& one : *axis) write(one);
      paths.push_back(member_path("$.sweep", target.param));
    }
  const auto curves = document.find("curves");
  if (curves == document.end() || !curves->is_array()) return paths;
  for (std::size_t i = 0; i < curves->size(); ++i) {
    Json& one = (*curves)[i];
    if (!one.is_object() || !one.contains("set") || !one["set"].is_object()) continue;
    if (!one["set"].contains(target.param)) continue;
    write(one["set"][target.param]);
    paths.push_back(member_path(element_path("$.curves", i) + ".set", target.param));
  }
  return paths;
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
    const Json value = parse_value(text.substr(equals + 1));
    AppliedOverride one{text, {}};
    if (const Target target = target_of(path); !target.param.empty())
      one.paths = override_in_place(document, target, value);
    std::string json_path = "$";
    Json* place = &document;
    for (const std::string& step : split(path)) {
      if (place != nullptr) place = member(*place, step);
      json_path = member_path(json_path, step);
    }
    if (place != nullptr) *place = value;
    one.paths.push_back(json_path);
    applied.push_back(std::move(one));
  }
  return applied;
}

void blame_overrides(const std::vector<AppliedOverride>& applied, const std::string& file, std::vector<Fault>& faults) {
  for (Fault& fault : faults) {
    if (fault.file != file) continue;
    for (const AppliedOverride& one : applied)
      for (const std::string& place : one.paths)
        if (is_below(fault.path, place)) fault.file = "--set " + one.text;
  }
  // An override that was written to several places is wrong once.
  std::set<std::vector<std::string>> told;
  const auto again = [&](const Fault& fault) {
    return fault.file.compare(0, 5, "--set") == 0 && !told.insert({fault.file, fault.found, fault.accepted}).second;
  };
  faults.erase(std::remove_if(faults.begin(), faults.end(), again), faults.end());
}

}  // namespace vqlab

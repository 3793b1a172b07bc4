#include "analysis/explore/controls.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "analysis/explore/explored_study.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

// "number" for what a slider can have; empty: several values at once, which no control has.
std::string kind_of_control(ParamKind kind) {
  switch (kind) {
    case ParamKind::kBoolean: return "switch";
    case ParamKind::kChoice: return "choice";
    case ParamKind::kInteger:
    case ParamKind::kNumber:
    case ParamKind::kCost: return "number";
    case ParamKind::kSize:
    case ParamKind::kSizeRange:
    case ParamKind::kWorded: return "text";
    case ParamKind::kText:  // may name a file
    case ParamKind::kIothreadVqMapping:
    case ParamKind::kNamedSets:
    case ParamKind::kDevice:
    case ParamKind::kDisks: return "";
  }
  return "";
}

constexpr std::size_t kMostSwept = 64;

// How a run is measured is the page's own affair.
bool is_of_measuring(const Section& section) { return section.key == "precision" || section.key == "results"; }

// "targets" of "sweep.targets", "guest.vcpus" of "curves.one.set.guest.vcpus".
std::string param_of_path(const std::string& path) {
  if (path.rfind("sweep.", 0) == 0) return path.substr(6);
  const std::size_t set = path.find(".set.");
  return path.rfind("curves.", 0) == 0 && set != std::string::npos ? path.substr(set + 5) : path;
}

// Of one curve, which sets the parameter itself.
void add_controls_of_curves(const Study& study, const Json& document, const ParamRef& param, const Json& whole,
                            Json& controls) {
  if (!document.contains("curves") || !document["curves"].is_array()) return;
  for (const Json& curve : document["curves"]) {
    const std::string name = curve.value("name", "");
    if (!curve.contains("set") || !curve["set"].contains(path_of(param)) || name.empty()) continue;
    for (std::size_t i = 0; i < study.points.size(); ++i) {
      if (study.points.curve(i) != name) continue;
      Json one = whole;
      one["path"] = "curves." + name + ".set." + path_of(param);
      one["curve"] = name;
      one["value"] = write_value(param.get(study.points.spec(i)));
      one["varies"] = false;
      controls.push_back(std::move(one));
      break;
    }
  }
}

}  // namespace

bool may_be_set(const std::string& path, const Json& value) {
  if (path == "machine") return value.is_string() && is_name(value.get<std::string>());
  const bool of_sweep = path.rfind("sweep.", 0) == 0;
  const ParamRef param = find_param(param_of_path(path));
  if (param.row == nullptr || is_of_measuring(*param.section) || kind_of_control(param.row->kind).empty()) return false;
  return of_sweep ? value.is_array() && value.size() <= kMostSwept : value.is_primitive();
}

Json controls_of(const Study& study, const Json& document, const std::vector<std::string>& machines) {
  std::vector<PointSpec> specs;
  for (const std::size_t position : explored_points(study)) specs.push_back(study.points.spec(position));
  Json controls = Json::array();
  if (std::find(machines.begin(), machines.end(), study.machine) != machines.end())
    controls.push_back({{"path", "machine"},
                        {"section", ""},
                        {"name", "machine"},
                        {"help", "Whose costs it has."},
                        {"unit", ""},
                        {"kind", "choice"},
                        {"value", study.machine},
                        {"varies", false},
                        {"choices", machines}});
  for (const ParamRef& param : all_params()) {
    const std::string kind = kind_of_control(param.row->kind);
    if (kind.empty() || is_of_measuring(*param.section)) continue;
    const ParamValue value = param.get(specs.front());
    bool varies = false;
    for (const PointSpec& spec : specs) varies = varies || !(param.get(spec) == value);
    Json one{{"path", path_of(param)},      {"section", param.section->key},
             {"name", param.row->name},     {"help", param.row->help},
             {"unit", param.row->unit},     {"kind", kind},
             {"value", write_value(value)}, {"varies", varies}};
    if (kind == "choice") one["choices"] = param.row->choices();
    if (kind == "number") {
      if (param.row->kind == ParamKind::kCost) {
        one["value"] = number_of(param, specs.front());
        if (param.row->unit.empty()) one["unit"] = "ns";
      }
      one["whole"] = param.row->kind == ParamKind::kInteger;
      one["range"] = {param.row->bounds.min, param.row->bounds.max};
      one["plausible"] = {param.row->plausible.min, param.row->plausible.max};
    }
    std::string idle;
    for (const PointSpec& spec : specs) {
      const std::string unless = unread_unless(param, spec);
      idle = unless;
      if (unless.empty()) break;
    }
    if (!idle.empty()) one["idle"] = idle;
    for (const Axis& axis : study.sweep)
      if (axis.path == path_of(param)) one["swept"] = axis.values;
    if (varies && !one.contains("swept")) add_controls_of_curves(study, document, param, one, controls);
    controls.push_back(std::move(one));
  }
  return controls;
}

}  // namespace vqlab

#include "analysis/scenario/read_scenario.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <utility>

#include "analysis/scenario/device_files.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/param_keys.hpp"
#include "analysis/scenario/param_reader.hpp"
#include "analysis/scenario/read_calibration.hpp"
#include "analysis/scenario/read_claims.hpp"
#include "analysis/scenario/read_figures.hpp"
#include "analysis/scenario/read_reference.hpp"
#include "analysis/scenario/trace_files.hpp"
#include "analysis/scenario/value.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr double kLargestSeed = 9007199254740991;  // 2^53 - 1: exact in every JSON reader

using Unread = std::set<std::string>;

// What stands for a path that is no parameter's; empty if its last word is known nowhere.
std::string words_for_path(const std::string& name) {
  if (std::string former = former_param(name); !former.empty()) return former;
  // Without a dot find() gives npos, and npos + 1 is 0.
  return place_of_word(name.substr(name.find('.') + 1), name.compare(0, 4, "job.") == 0);
}

ParamRef named_param(const std::string& name, const std::string& path, Unread& unread, FaultList& faults) {
  const ParamRef param = find_param(name);
  if (param.row == nullptr) {
    const std::string nearest = nearest_name(name, param_paths());
    unread.insert(nearest);
    const FaultKind kind = may_be_of_part(name) ? FaultKind::kMeaning : FaultKind::kSchema;
    const std::string words = words_for_path(name);
    if (words.empty())
      faults.add(kind, path, "an unknown parameter", "the path of a parameter, such as \"guest.vcpus\"", nearest);
    else
      faults.add(kind, path, "an unknown parameter", words);
  }
  return param;
}

// True if the value is good.
bool check_value(const ParamRef& param, const Json& value, const std::string& path, Unread& unread, FaultList& faults) {
  const std::size_t before = faults.size();
  if (read_value(*param.row, value, param.get(PointSpec{}), path, faults)) return true;
  if (param.section->of_part) faults.beyond_schema(before);
  unread.insert(path_of(param));
  return false;
}

std::vector<Assignment> read_set(const Json& json, const std::string& path, Unread& unread, FaultList& faults) {
  std::vector<Assignment> set;
  if (!json.is_object()) {
    faults.add(FaultKind::kSchema, path, show(json), "an object of values by parameter path");
    return set;
  }
  for (const auto& [key, value] : json.items()) {
    if (faults.full()) break;
    const std::string at = member_path(path, key);
    const ParamRef param = named_param(key, at, unread, faults);
    if (param.row != nullptr && check_value(param, value, at, unread, faults)) set.push_back({param, value, at});
  }
  return set;
}

std::vector<CurveSpec> read_curves(const Json& json, const std::string& path, Unread& unread, FaultList& faults) {
  std::vector<CurveSpec> all;
  if (!json.is_array() || json.empty()) {
    faults.add(FaultKind::kSchema, path, show(json), "a list of at least one curve");
    return all;
  }
  if (json.size() > kMostCurves) {
    faults.add(FaultKind::kSchema, path, show(json), "at most " + std::to_string(kMostCurves) + " curves");
    return all;
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < json.size(); ++i) {
    ObjectReader reader(json[i], element_path(path, i), {"name", "label", "set"}, faults);
    CurveSpec spec;
    spec.curve.name = reader.required_name("name");
    spec.curve.label = reader.short_text("label", kLongestTitle);
    if (spec.curve.label.empty()) spec.curve.label = spec.curve.name;
    if (!spec.curve.name.empty() && !names.insert(spec.curve.name).second)
      faults.add(FaultKind::kMeaning, reader.path("name"), show(spec.curve.name), "a name that no other curve has");
    if (const Json* set = reader.find("set")) spec.set = read_set(*set, reader.path("set"), unread, faults);
    all.push_back(std::move(spec));
  }
  return all;
}

std::vector<AxisSpec> read_sweep(const Json& json, const std::string& path, Unread& unread, FaultList& faults) {
  std::vector<AxisSpec> axes;
  if (!json.is_object()) {
    faults.add(FaultKind::kSchema, path, show(json), "an object of lists of values by parameter path");
    return axes;
  }
  for (const auto& [key, values] : json.items()) {
    if (faults.full()) break;
    AxisSpec axis{find_param(key), {}, member_path(path, key)};
    if (named_param(key, axis.path, unread, faults).row == nullptr) continue;
    if (!values.is_array() || values.empty()) {
      faults.add(FaultKind::kSchema, axis.path, show(values), "a list of at least one value");
      unread.insert(key);
      continue;
    }
    std::set<std::string> texts;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string at = element_path(axis.path, i);
      if (!check_value(axis.param, values[i], at, unread, faults)) continue;
      axis.values.push_back(values[i]);
      if (!texts.insert(axis_text(axis, values[i])).second)
        faults.add(FaultKind::kMeaning, at, show(values[i]) + " a second time", "each value once");
    }
    if (!axis.values.empty()) axes.push_back(std::move(axis));
  }
  return axes;
}

std::vector<std::uint64_t> read_seeds(const Json& json, const std::string& path, FaultList& faults) {
  std::vector<std::uint64_t> seeds;
  std::set<std::uint64_t> known;
  if (!json.is_array() || json.empty()) {
    faults.add(FaultKind::kSchema, path, show(json), "a list of at least one seed");
    return seeds;
  }
  for (std::size_t i = 0; i < json.size(); ++i) {
    const double value = json[i].is_number() ? json[i].get<double>() : -1;
    if (value != std::floor(value) || value < 0 || value > kLargestSeed) {
      faults.add(FaultKind::kSchema, element_path(path, i), show(json[i]), "an integer from 0 to 9007199254740991");
      continue;
    }
    const auto seed = static_cast<std::uint64_t>(value);
    if (!known.insert(seed).second)
      faults.add(FaultKind::kMeaning, element_path(path, i), show(json[i]) + " a second time", "each seed once");
    seeds.push_back(seed);
  }
  return seeds;
}

// Of the top level.
const std::vector<std::string>& scenario_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all{"$schema", "study", "resolved", "title", "description", "machine"};
    for (const Section& section : sections()) {
      if (!section.key.empty())
        all.push_back(section.key);
      else
        for (const std::string& key : keys_of(*section.table)) all.push_back(key);
    }
    all.insert(all.end(), {"seeds", "curves", "sweep", "baseline", "figures", "reference", "calibration", "claims",
                           "free_parameters"});
    ensure(std::set<std::string>(all.begin(), all.end()).size() == all.size(), "no part has the name of another key");
    return all;
  }();
  return keys;
}

bool read_mark(const Json& json, FaultList& faults) {
  if (json.is_boolean()) return json.get<bool>();
  faults.add(FaultKind::kSchema, "$.resolved", show(json), "true or false");
  return false;
}

// Speed-ups are those of other curves.
void check_baseline(const Scenario& scenario, const std::string& path, FaultList& faults) {
  std::vector<std::string> names;
  for (const CurveSpec& spec : scenario.curves) names.push_back(spec.curve.name);
  if (scenario.baseline.empty()) return;
  if (std::find(names.begin(), names.end(), scenario.baseline) == names.end())
    faults.add(FaultKind::kMeaning, path, show(scenario.baseline), "a curve: " + one_of(names),
               nearest_name(scenario.baseline, names));
  else if (names.size() == 1)
    faults.add(FaultKind::kMeaning, path, "the only curve", "a study with another curve to compare with it");
}

// What stands under a misspelt key at the top level was meant for the part or parameter of the nearest name.
void note_misspelt(const Json& document, Unread& unread) {
  if (!document.is_object()) return;
  std::size_t misspelt = 0;
  for (const auto& [key, value] : document.items()) {
    const std::vector<std::string>& known = scenario_keys();
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (++misspelt > FaultList::kMostFaults) return;
    const std::string nearest = nearest_name(key, known);
    for (const std::string& path : param_paths())
      if (path == nearest || path.compare(0, nearest.size() + 1, nearest + ".") == 0) unread.insert(path);
  }
}

// A parameter that a curve and the sweep both set would be silently lost in one of the two.
void refuse_set_and_swept(const Scenario& scenario, FaultList& faults) {
  for (const CurveSpec& spec : scenario.curves)
    for (const Assignment& assignment : spec.set)
      for (const AxisSpec& axis : scenario.sweep)
        if (path_of(axis.param) == path_of(assignment.param))
          faults.add(FaultKind::kMeaning, assignment.path, "a parameter that the sweep sets as well",
                     "each parameter in the sweep or in curves, not in both");
}

}  // namespace

Scenario read_scenario(const Json& written, const ScenarioPlace& place, Leniency leniency, std::vector<Fault>& faults) {
  Scenario scenario;
  scenario.leniency = std::move(leniency);
  const std::string file = place.file.string();
  FaultList list(file);
  const Json document = with_traces(with_device_sheets(written, "$", place, list), "$", place, list);
  ObjectReader reader(document, "$", scenario_keys(), list, FaultKind::kMeaning,
                      tell_misplaced(document, "$", scenario_keys(), list));
  note_misspelt(document, scenario.values.unread);
  (void)reader.text("$schema");
  scenario.name = reader.required_name("study");
  if (const Json* resolved = reader.find("resolved")) scenario.resolved = read_mark(*resolved, list);
  // Its sweep may have been another one when it was written.
  if (scenario.resolved) scenario.leniency.overridden = true;
  scenario.title = reader.short_text("title", kLongestTitle);
  if (scenario.title.empty()) scenario.title = scenario.name;
  scenario.description = reader.text("description");
  MachineDocument machine;
  if (const Json* json = reader.find("machine"))
    machine = read_machine(*json, reader.path("machine"), place, scenario.values, list);
  scenario.machine = machine.name;
  scenario.machine_document = std::move(machine.document);
  scenario.uncertainty = std::move(machine.uncertainty);
  scenario.posterior = std::move(machine.posterior);
  read_sections(document, "$", false, file, scenario.values, list);
  scenario.seeds = {1};
  if (const Json* seeds = reader.find("seeds")) scenario.seeds = read_seeds(*seeds, reader.path("seeds"), list);
  if (const Json* curves = reader.find("curves"))
    scenario.curves = read_curves(*curves, reader.path("curves"), scenario.values.unread, list);
  else
    scenario.curves = {{{"default", "default"}, {}}};
  if (const Json* sweep = reader.find("sweep"))
    scenario.sweep = read_sweep(*sweep, reader.path("sweep"), scenario.values.unread, list);
  refuse_set_and_swept(scenario, list);
  scenario.baseline = reader.text("baseline");
  if (reader.find("baseline") != nullptr) check_baseline(scenario, reader.path("baseline"), list);
  if (const Json* figures = reader.find("figures"))
    scenario.figures = read_figures(*figures, reader.path("figures"), scenario, list);
  if (const Json* reference = reader.find("reference"))
    scenario.reference = read_reference(*reference, reader.path("reference"), scenario, list);
  if (const Json* calibration = reader.find("calibration"))
    scenario.calibration = read_calibration(*calibration, reader.path("calibration"), scenario, list);
  if (const Json* claims = reader.find("claims"))
    scenario.claims = read_claims(*claims, reader.path("claims"), scenario, list);
  if (const Json* free = reader.find("free_parameters"))
    scenario.free_parameters = read_free_parameters(*free, reader.path("free_parameters"), scenario, file, list);
  if (reader.find("free_parameters") != nullptr && reader.find("claims") == nullptr)
    list.add(FaultKind::kMeaning, reader.path("free_parameters"), "free parameters, but no claims",
             "free_parameters only in a study with claims");
  const auto look_at_machine = [&](const std::string& name, const std::string& path) {
    Values ignored;
    (void)read_machine(name, path, place, ignored, list);
  };
  if (scenario.calibration && !scenario.calibration->machine.empty())
    look_at_machine(scenario.calibration->machine, "$.calibration.machine");
  for (std::size_t i = 0; scenario.reference && i < scenario.reference->also_on.size(); ++i)
    look_at_machine(scenario.reference->also_on[i], element_path("$.reference.also_on", i));
  faults.insert(faults.end(), list.faults().begin(), list.faults().end());
  return scenario;
}

}  // namespace vqlab

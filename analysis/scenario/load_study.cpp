#include "analysis/scenario/load_study.hpp"

#include <algorithm>
#include <utility>

#include "analysis/scenario/overrides.hpp"
#include "analysis/scenario/read_scenario.hpp"
#include "analysis/scenario/shipped_scenario.hpp"
#include "analysis/scenario/spread.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

// A record of a run, run.json, holds the scenario that was run.
constexpr const char* kScenarioOfRecord = "scenario";

bool is_record(const Json& document) {
  return document.is_object() && document.contains("schema_version") && document.contains(kScenarioOfRecord);
}

// Seeds take no positions away.
Leniency leniency(const StudyOptions& options, const std::vector<AppliedOverride>& applied) {
  Leniency leniency;
  leniency.overridden = std::any_of(options.overrides.begin(), options.overrides.end(),
                                    [](const std::string& one) { return one.compare(0, 6, "seeds=") != 0; });
  for (const AppliedOverride& one : applied)
    leniency.written.insert(leniency.written.end(), one.paths.begin(), one.paths.end());
  return leniency;
}

// Machine parameters that the document sets outside its machine: by an override they become the machine's, else they
// are the scenario's own.
void settle_machine_params(const Scenario& scenario, const std::vector<AppliedOverride>& applied,
                           const std::string& file, Study& study) {
  study.machine_document = scenario.machine_document;
  const auto overridden = [&applied](const std::string& path) {
    for (const AppliedOverride& one : applied)
      for (const std::string& place : one.paths)
        if (is_below(path, place) || is_below(place, path)) return true;
    return false;
  };
  for (const Section& section : sections()) {
    if (!section.in_machine) continue;
    for (const Param& row : section.table->rows) {
      const ParamRef param{&section, &row};
      const auto origin = scenario.values.origins.find(path_of(param));
      if (origin == scenario.values.origins.end()) continue;
      if (origin->second.file != file || is_below(origin->second.path, "$.machine")) continue;
      if (overridden(origin->second.path)) {
        study.machine_document[section.key][row.name] =
            brief_value(param.get(scenario.values.spec), param.get(PointSpec{}));
        study.machine_document["sources"][path_of(param)] = "set on the command line";
        study.overridden_machine_params.push_back(path_of(param));
      } else {
        study.own_machine_params.push_back(path_of(param));
      }
    }
  }
}

// Values of the file that the file's own points read, and only overrides or other policies leave unread, are no
// mistakes.
void excuse_what_overrides_idle(const std::string& text, const std::filesystem::path& file, const StudyOptions& options,
                                std::vector<Fault>& faults) {
  const auto of_file = [](const Fault& fault) { return fault.kind == FaultKind::kEffect && !of_override(fault); };
  const bool as_it_is = options.overrides.empty() && options.policies.empty();
  if (as_it_is || std::none_of(faults.begin(), faults.end(), of_file)) return;
  const std::vector<Fault> alone = parse_study(text, file, {{}, options.scenarios_home}).faults;
  const auto excused = [&](const Fault& fault) {
    return of_file(fault) && std::none_of(alone.begin(), alone.end(), [&fault](const Fault& one) {
             return one.kind == FaultKind::kEffect && one.path == fault.path && one.file == fault.file;
           });
  };
  faults.erase(std::remove_if(faults.begin(), faults.end(), excused), faults.end());
}

}  // namespace

StudyOrFaults parse_study(const std::string& text, const std::filesystem::path& file, const StudyOptions& options) {
  StudyOrFaults result;
  FaultList syntax(file.string());
  FaultList overriding("--set");
  auto document = parse_document(text, syntax);
  const bool of_record = document && is_record(*document);
  if (of_record) document = Json((*document)[kScenarioOfRecord]);
  std::vector<AppliedOverride> applied;
  if (document) applied = apply_overrides(*document, options.overrides, overriding);
  syntax.take(overriding);
  result.faults = std::move(syntax.faults());
  if (!document) return result;
  const Scenario scenario =
      read_scenario(*document, {file, options.scenarios_home}, leniency(options, applied), result.faults);
  // Spread even what has faults, so that all of them come at once.
  Study study = spread(scenario, file.string(), options.policies, result.faults);
  settle_machine_params(scenario, applied, file.string(), study);
  blame_overrides(applied, file.string(), result.faults);
  if (of_record)
    for (Fault& fault : result.faults)
      if (fault.file == file.string() && is_below(fault.path, "$"))
        fault.path.insert(1, std::string(".") + kScenarioOfRecord);
  excuse_what_overrides_idle(text, file, options, result.faults);
  if (options.overrides_of_several) {
    const auto idle = std::stable_partition(result.faults.begin(), result.faults.end(), [](const Fault& fault) {
      return fault.kind != FaultKind::kEffect || !of_override(fault);
    });
    result.idle_overrides.assign(idle, result.faults.end());
    result.faults.erase(idle, result.faults.end());
  }
  if (result.faults.empty()) result.study = std::move(study);
  return result;
}

StudyOrFaults load_study(const std::filesystem::path& file, const StudyOptions& options) {
  FaultList faults(file.string());
  const std::filesystem::path found = find_scenario(file, options.scenarios_home);
  const std::filesystem::path& read = found.empty() ? file : found;
  const std::string accepted = found.empty() ? accepted_scenarios(options.scenarios_home) : "a scenario file";
  if (const auto text = read_input(read, accepted, faults)) return parse_study(*text, read, options);
  return {std::nullopt, std::move(faults.faults()), {}};
}

}  // namespace vqlab

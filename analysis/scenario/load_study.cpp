#include "analysis/scenario/load_study.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "analysis/scenario/overrides.hpp"
#include "analysis/scenario/read_scenario.hpp"
#include "analysis/scenario/spread.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

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
      } else {
        study.own_machine_params.push_back(path_of(param));
      }
    }
  }
}

}  // namespace

StudyOrFaults parse_study(const std::string& text, const std::filesystem::path& file, const StudyOptions& options) {
  StudyOrFaults result;
  FaultList syntax(file.string());
  FaultList overriding("--set");
  auto document = parse_document(text, syntax);
  std::vector<AppliedOverride> applied;
  if (document) applied = apply_overrides(*document, options.overrides, overriding);
  syntax.take(overriding);
  result.faults = std::move(syntax.faults());
  if (!document) return result;
  // What was published at positions that an override takes away is no mistake of the file's; seeds take none away.
  const bool lenient = std::any_of(options.overrides.begin(), options.overrides.end(),
                                   [](const std::string& one) { return one.compare(0, 6, "seeds=") != 0; });
  const Scenario scenario = read_scenario(*document, {file, options.scenarios_home}, lenient, result.faults);
  // Spread even what has faults, so that all of them come at once.
  Study study = spread(scenario, file.string(), result.faults);
  settle_machine_params(scenario, applied, file.string(), study);
  if (result.faults.empty()) result.study = std::move(study);
  blame_overrides(applied, file.string(), result.faults);
  return result;
}

StudyOrFaults load_study(const std::filesystem::path& file, const StudyOptions& options) {
  std::error_code error;
  std::ifstream in(file, std::ios::binary);
  if (!in.is_open() || std::filesystem::is_directory(file, error)) {
    StudyOrFaults result;
    result.faults.push_back(
        {FaultKind::kSyntax, file.string(), "file", "nothing that can be read", "a scenario file", ""});
    return result;
  }
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return parse_study(text, file, options);
}

}  // namespace vqlab

#include "sim/scenario/study.hpp"

#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "sim/scenario/overrides.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/spread.hpp"

namespace vqlab {

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
  const Scenario scenario = read_scenario(*document, file, options, result.faults);
  // Spread even what has faults, so that all of them come at once.
  Study study = spread(scenario, file.string(), result.faults);
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

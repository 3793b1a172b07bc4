// From a scenario file to a study: read, checked and spread out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

struct StudyOptions {
  std::vector<std::string> overrides;    // "path=value", as --set takes them
  std::filesystem::path scenarios_home;  // folder that holds machines/; used beside the file's own neighbourhood
  // The overrides are those of several studies: what this one does not read may be meant for another.
  bool overrides_of_several = false;
  // Under which the points are to run, whatever they name themselves; empty: their own. A value that one of them reads
  // is read. Precondition: they are registered.
  std::vector<std::string> policies{};
};

// Either a study or every fault that was found; never both.
struct StudyOrFaults {
  std::optional<Study> study;
  std::vector<Fault> faults;
  // Overrides that this study does not read, if they are those of several.
  std::vector<Fault> idle_overrides;
};

// Reads what find_scenario() finds: a scenario, or the run.json of a result. What cannot be read is a fault, too.
[[nodiscard]] StudyOrFaults load_study(const std::filesystem::path& file, const StudyOptions& options = {});

// The same for text; `file` names it in faults, and machine files are looked for in its neighbourhood.
[[nodiscard]] StudyOrFaults parse_study(const std::string& text, const std::filesystem::path& file,
                                        const StudyOptions& options = {});

}  // namespace vqlab

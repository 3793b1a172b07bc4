// Runs the points of a study and writes what comes out.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/run_folder.hpp"
#include "analysis/scenario/study.hpp"
#include "analysis/uncertainty/machine_draws.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The study on another machine than its own: the points alone for which something is published.
struct OtherMachine {
  Study study;
  std::optional<MachineDraws> plausible;  // machines on which they run as well
};

struct RunOptions {
  std::filesystem::path directory;  // for the results; made if it is not there
  Opening opening;                  // of `directory`
  Simulating simulating;
  bool figures = true;
  bool long_runs = true;                  // of each point one that shows whether the others were long enough
  Invocation resuming;                    // what goes on after an interrupt
  std::vector<OtherMachine> also_on;      // run, too, and their errors are printed
  std::optional<MachineDraws> plausible;  // machines on which it runs beside its own
};

// Returns the exit code. Writes points.jsonl as points end, then points.csv, run.json and figures; prints progress to
// standard error, tables and the names of the files to standard output. Throws Refused if it cannot begin, and
// std::filesystem::filesystem_error where a file cannot be written.
[[nodiscard]] int run_study(const Study& study, const RunOptions& options, const PointRunner& run_point);

}  // namespace vqlab

// Runs studies and holds what they claim against what comes out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/runs/simulating_verb.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The command line of `vqlab claims`.
struct ClaimsArguments : SimulatingArguments {
  std::vector<std::string> files;      // studies; empty: those of scenarios/studies that have claims
  std::size_t plausible_machines = 0;  // 0: none
};

// Returns the exit code: kExitFailed if a simulation failed, or if a claim holds that is marked as failing, or the
// other way round. Writes STUDY/points.jsonl as simulations end, then the study's usual files, claims.csv, claims.json
// and figures; prints progress and faults to standard error, tables and the names of the files to standard output, last
// how many claims hold. Nothing is written if there are faults. Throws std::filesystem::filesystem_error where a file
// cannot be written.
[[nodiscard]] int claims_studies(const ClaimsArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab

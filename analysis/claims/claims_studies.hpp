// Runs studies and holds what they claim against what comes out.
#pragma once

#include <string>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/runs/run_folder.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The command line of `vqlab claims`.
struct ClaimsArguments {
  std::vector<std::string> files;      // studies; empty: those of scenarios/studies that have claims
  std::string out;                     // result directory; empty: results/claims
  std::vector<std::string> overrides;  // "path=value"
  std::vector<std::string> seeds;      // empty: each study's, and more of them if they are few
  unsigned jobs = 0;                   // simulations at once; 0: one for each CPU
  Opening opening;                     // of the result directory
  bool no_figures = false;
  bool quiet = false;     // no progress
  Invocation invocation;  // all of this as words
};

// Returns the exit code: kExitFailed if a simulation failed, or if a claim holds that is marked as failing, or the
// other way round. Writes STUDY/points.jsonl as simulations end, then the study's usual files, claims.csv, claims.json
// and figures; prints progress and faults to standard error, tables and the names of the files to standard output, last
// how many claims hold. Nothing is written if there are faults. Throws std::filesystem::filesystem_error where a file
// cannot be written.
[[nodiscard]] int claims_studies(const ClaimsArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab

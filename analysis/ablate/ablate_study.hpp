// Switches off and halves one thing at a time in the points of a study, and writes what comes out.
#pragma once

#include <string>
#include <vector>

#include "analysis/runs/simulating_verb.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The command line of `vqlab ablate`.
struct AblateArguments : SimulatingArguments {
  std::string file;               // the study
  std::vector<std::string> only;  // mechanisms, costs and resources; empty: all
  bool all_points = false;        // also those that the study's reference does not count
};

// Returns the exit code. Writes points.jsonl as simulations end, then points.csv, ablation.csv, ablation.json and
// figures; prints progress and faults to standard error, tables and the names of the files to standard output. Nothing
// is written if there are faults. Throws std::filesystem::filesystem_error where a file cannot be written.
[[nodiscard]] int ablate_study(const AblateArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab

// Predicts the points of a study and holds what comes out against simulations.
#pragma once

#include <string>
#include <vector>

#include "analysis/runs/simulating_verb.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The command line of `vqlab predict`.
struct PredictArguments : SimulatingArguments {
  std::string file;     // the scenario
  std::string against;  // result directory of a run; empty: the points are simulated
  bool no_simulation = false;
};

// Returns the exit code. Prints the table to standard output, progress and faults to standard error. Writes
// predictions.csv, and what `run` writes for the points that it simulates; without simulations only if `out` is given.
// Nothing is written if there are faults. Throws std::filesystem::filesystem_error where a file cannot be written.
[[nodiscard]] int predict_study(const PredictArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab

// Looks for the best setting of a policy's parameters on some studies.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/runs/search_verb.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The command line of `vqlab tune`.
struct TuneArguments : SearchArguments {
  std::string policy;
  std::vector<std::string> studies;  // files; empty: the shipped studies that compare policies
  std::string objective;
  std::vector<std::string> keeps;      // "bandwidth>=0.98"
  std::size_t settings = 0;            // that are spread over the ranges; 0: as many as the parameters need
  std::size_t plausible_machines = 0;  // on which the best setting is judged as well; 0: none
  bool no_figures = false;
};

// Returns the exit code. Writes points.jsonl as simulations end, then tune.csv, tune.json and a figure. Nothing is
// written if there are faults. Throws Refused, and std::filesystem::filesystem_error where a file cannot be written.
[[nodiscard]] int tune_study(const TuneArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab

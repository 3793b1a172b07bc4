// Compares steering policies on the points of a study and writes what comes out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/runs/simulating_verb.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The command line of `vqlab compare`.
struct CompareArguments : SimulatingArguments {
  std::string file;                    // the study
  std::vector<std::string> policies;   // "all" alone: every registered one
  std::string baseline;                // empty: the letter's algorithm
  std::string metric;                  // that the tables rank by
  bool pairs = false;                  // each policy is held against each other one as well
  bool clairvoyant = false;            // policies that know everything are asked as well
  std::size_t plausible_machines = 0;  // on which policies are compared as well; 0: none
  std::size_t null_tournaments = 0;    // of each policy against itself; 0: none
};

// Returns the exit code. Writes points.jsonl as simulations end, then points.csv, comparison.csv, comparison.json and
// figures; prints progress and faults to standard error, tables and the names of the files to standard output. Nothing
// is written if there are faults. Throws std::filesystem::filesystem_error where a file cannot be written.
[[nodiscard]] int compare_study(const CompareArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab

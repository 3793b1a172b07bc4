// Searches the workload in which a policy loses most, judges it by runs of its own, and writes it as a scenario.
#pragma once

#include <cstddef>
#include <string>

#include "analysis/runs/search_verb.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The command line of `vqlab worst`.
struct WorstArguments : SearchArguments {
  std::string policy;
  std::vector<std::string> against;  // "all" alone: every other registered one
  std::string metric;
  std::string machine;
  std::size_t evaluations = 0;  // pairs of runs that the search may take
};

// Returns the exit code. Writes points.jsonl as simulations end, then worst.csv, worst.json and, if the policy loses
// anywhere, POLICY_worst.json, the scenario. Nothing is written if there are faults. Throws Refused, and
// std::filesystem::filesystem_error where a file cannot be written.
[[nodiscard]] int worst_study(const WorstArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab

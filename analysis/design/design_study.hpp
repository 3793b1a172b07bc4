// Says what to measure on a real machine to settle a verdict.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/runs/simulating_verb.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The command line of `vqlab design`.
struct DesignArguments : SimulatingArguments {
  std::string file;                   // the study
  std::vector<std::string> policies;  // two, or none
  std::vector<std::string> curves;    // two, or none
  std::vector<std::string> at;        // "targets=16"
  std::string metric;
  std::size_t machines = 0;
  std::size_t cells = 0;  // to measure, at most
  double measurement_error_percent = 0;
  std::optional<double> discrepancy_percent;  // nothing: what the machine's posterior says, else kUnknownDiscrepancy
};

// What fitted machines of this project miss beside their parameters is 5 to 10 % (member "posterior" of their files).
inline constexpr double kUnknownDiscrepancy = 10;

// Returns the exit code. Writes the runs on plausible machines as they end, then design.csv, design.json and a figure;
// prints progress and faults to standard error, the table and the names of the files to standard output. Nothing is
// written if there are faults. Throws std::filesystem::filesystem_error where a file cannot be written.
[[nodiscard]] int design_study(const DesignArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab

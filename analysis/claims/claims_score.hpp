// How far reached ratios are from the published ones, beside what two answers are that need no simulation.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "analysis/claims/judged_claims.hpp"

namespace vqlab {

// Absolute natural logarithms of a ratio over the published one; NaN where there is no answer.
struct LogErrors {
  double here = kNoValue;
  double no_change = kNoValue;  // the answer 1
  double bound = kNoValue;      // the ratio of the bottleneck bounds
};

// All unknown unless it is a ratio that is known.
[[nodiscard]] LogErrors log_errors(const JudgedClaim& judged);

// Means over the ratios that are known and that nothing was fitted to.
struct ClaimsScore {
  std::size_t ratios = 0;
  double here = kNoValue;
  double no_change = kNoValue;
  std::size_t bounded = 0;  // of the ratios, those that have bounds
  double bound = kNoValue;  // over them
  double here_if_bounded = kNoValue;
};
[[nodiscard]] ClaimsScore score_of(std::span<const JudgedStudy> studies);

// A line for a terminal; empty without a ratio.
[[nodiscard]] std::string score_line(const ClaimsScore& score);

}  // namespace vqlab

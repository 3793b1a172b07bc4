// What short runs say of a quantity, and which part of their scatter is chance.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/metrics/interval.hpp"

namespace vqlab {

// So many runs of the study's own machine: their variance is known within a third.
inline constexpr std::size_t kOwnRuns = 20;

// Of one quantity at one place, its logarithm, or that of a ratio of two; NaN: unknown.
struct ShortRuns {
  std::vector<double> machines;  // one run on each plausible machine
  std::vector<double> own;       // runs of the study's own machine, each under another seed
};

// NaN where a value is not above 0.
[[nodiscard]] ShortRuns logs_of(const ShortRuns& runs);
// ln(value / value of the baseline), run by run: both have the same machines and seeds.
[[nodiscard]] ShortRuns log_ratios_of(const ShortRuns& runs, const ShortRuns& baseline);
// The mean of logarithms over several places, of which those count that have values on most machines.
[[nodiscard]] ShortRuns mean_of(const std::vector<ShortRuns>& places);

// Logarithm of what long runs gave, with its interval.
[[nodiscard]] Estimate log_of(const Estimate& value);
// ln(1 + difference).
[[nodiscard]] Estimate log_of_difference(const Estimate& percent);

// The logarithms moved so that the mean of the study's own machine is `nominal`, the logarithm of what its long runs
// gave: these have settled where short ones have not. As they are if one of the two is unknown, or has no interval.
[[nodiscard]] ShortRuns set_on(ShortRuns logs, const Estimate& nominal);

// Mean of those that are known; 0 if none is.
[[nodiscard]] double mean_known(const std::vector<double>& values);

// Variance of `own`: of one run by chance. 0 if fewer than two are known.
[[nodiscard]] double chance_variance(const ShortRuns& logs);

// In what machines differ beyond chance.
struct ModelSpread {
  std::vector<double> logs;  // by machine; NaN: unknown
  double middle_sd = 0;      // standard deviation by which chance may have moved all of them together

  [[nodiscard]] std::vector<double> known() const;
};

// The machines moved towards their mean until their variance has lost that of chance; all to the mean if it had no
// more.
[[nodiscard]] ModelSpread without_chance(const ShortRuns& logs);

}  // namespace vqlab

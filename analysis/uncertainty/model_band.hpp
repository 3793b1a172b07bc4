// What simulations on many plausible machines say of a value: the band of the model, without chance.
#pragma once

#include <vector>

#include "analysis/uncertainty/short_runs.hpp"
#include "sim/metrics/interval.hpp"

namespace vqlab {

// Two-sided 95 % quantile of the normal distribution.
inline constexpr double kNormal95 = 1.959964;

// 5, 50 and 95 % quantiles.
struct ModelBand {
  double low = kNoValue;
  double middle = kNoValue;
  double high = kNoValue;

  [[nodiscard]] bool holds(double value) const { return value >= low && value <= high; }
  // (high - low) / middle.
  [[nodiscard]] double width_percent() const { return 100 * (high - low) / middle; }
};

// Whether the whole 95 % interval of the study's own machine lies outside. It does where ranges lie to one side of its
// costs, or where many costs that are a little higher add up to a bottleneck. False if either is unknown.
[[nodiscard]] bool is_missed_by(const Estimate& nominal, const ModelBand& band);

// Linear between neighbours; NaN without a value. `share`: from 0 to 1.
[[nodiscard]] double quantile(std::vector<double> values, double share);

// Quantiles of the values as they are.
[[nodiscard]] ModelBand band_of(const std::vector<double>& values);

// Of values whose logarithms these are; wider by a standard deviation of the logarithm that they do not have.
[[nodiscard]] ModelBand widened_band(const std::vector<double>& logs, double sd);

// Of values, set on what the long runs of the study's own machine gave. The chance in them is taken out, but for what
// it leaves of the middle of them all, and the band is made wider by what the model misses beside its parameters, a
// standard deviation in %. Of values that may be 0: the quantiles as they are.
[[nodiscard]] ModelBand model_band(const ShortRuns& runs, const Estimate& nominal, double discrepancy_percent);

}  // namespace vqlab

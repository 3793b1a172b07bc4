// What simulations on many plausible machines say of a value: the band of the model, without chance.
#pragma once

#include <cstddef>
#include <vector>

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

// Whether the whole 95 % interval of the study's own machine lies outside. Its runs are longer than those of the band,
// so that it does where the testbed remembers more than short runs can show. False if either is unknown.
[[nodiscard]] bool is_missed_by(const Estimate& nominal, const ModelBand& band);

// The values moved towards their mean until their variance has lost that of chance; all to the mean if it had no more.
[[nodiscard]] std::vector<double> without_chance(std::vector<double> values, double chance_variance);

// Linear between neighbours; NaN without a value. `share`: from 0 to 1.
[[nodiscard]] double quantile(std::vector<double> values, double share);

// What chance leaves of the middle of so many machines: a standard deviation in % of what the logarithms are of.
[[nodiscard]] double error_of_middle_percent(double chance_variance, std::size_t machines);

// Quantiles of the values as they are.
[[nodiscard]] ModelBand band_of(const std::vector<double>& values);

// Of values whose logarithms these are; wider by a standard deviation in % that they do not have.
[[nodiscard]] ModelBand widened_band(const std::vector<double>& logs, double discrepancy_percent);

// Variance of the logarithm of a run's value by chance, from its 95 % interval, which is taken to have the fewest
// degrees of freedom that one can have; NaN if it has none. Precondition: the value is above 0.
[[nodiscard]] double chance_variance_of_log(const Estimate& run);

// Mean of those that are known; 0 if none is.
[[nodiscard]] double mean_known(const std::vector<double>& values);

// Of one run for each machine; runs without a value are left out. The chance in them is taken out, but for what it
// leaves of the middle of them all, and the band is made wider by what the model misses beside its parameters, a
// standard deviation in %.
[[nodiscard]] ModelBand model_band(const std::vector<Estimate>& runs, double discrepancy_percent);

}  // namespace vqlab

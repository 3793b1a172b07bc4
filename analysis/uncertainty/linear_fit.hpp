// What a quantity owes to each parameter: least squares over many machines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace vqlab {

// y = at_origin + sum over i of slopes[i] x[i].
struct LinearFit {
  double at_origin = 0;
  std::vector<double> slopes;
  double r2 = 0;  // adjusted for the number of slopes
  // The same fit to fitted values with residuals drawn anew: at_origin, then the slopes.
  std::vector<std::vector<double>> resampled;
};

// A fit leaves at least ten degrees of freedom.
[[nodiscard]] constexpr std::size_t fewest_observations(std::size_t variables) { return variables + 1 + 10; }

// `x`: by variable, then by observation. Nothing if there are too few observations, or if they do not tell the
// variables apart. `seed`: of the resampling.
[[nodiscard]] std::optional<LinearFit> fit_linear(const std::vector<std::vector<double>>& x,
                                                  const std::vector<double>& y, std::uint64_t seed);

// With its standard error, by the resampled fits.
struct FirstOrderIndex {
  double value = 0;
  double error = 0;
};

// First-order indices: the share of the variance of y that would go if the variable were known. `correlation` of the
// variables as they are drawn; without any, the indices add up to at most 1.
[[nodiscard]] std::vector<FirstOrderIndex> first_order_indices(const LinearFit& fit,
                                                               const std::vector<std::vector<double>>& x,
                                                               const std::vector<double>& y,
                                                               const std::vector<std::vector<double>>& correlation);

// Where y is 0 while all other variables are: -at_origin / slope, with its 95 % interval by the resampled fits.
struct Crossing {
  double at = 0;
  double low = 0;
  double high = 0;
};

// Nothing if it lies outside `min` to `max`, or if the slope may be 0: then y has no sign to change. Of all variables
// together, one without a slope seems to have one in 5 % of all fits (Bonferroni).
[[nodiscard]] std::optional<Crossing> crossing(const LinearFit& fit, std::size_t variable, double min, double max);

}  // namespace vqlab

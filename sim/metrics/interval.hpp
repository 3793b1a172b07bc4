// Confidence intervals from batches that may be correlated.
//
// Only +, -, *, / and sqrt are used, which IEEE 754 rounds correctly: results are the same bytes on any machine.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/metrics/quantity.hpp"

namespace vqlab {

struct Estimate {
  double value = kNoValue;
  double half_width = kNoValue;  // of the 95 % interval; NaN: unknown

  // Change of unit.
  [[nodiscard]] friend Estimate operator*(Estimate e, double factor) {
    return {e.value * factor, e.half_width * (factor < 0 ? -factor : factor)};
  }
  [[nodiscard]] friend Estimate operator*(double factor, Estimate e) { return e * factor; }

  // Half-width as a share of the value; 0 for an exact zero, NaN if the half-width is unknown.
  [[nodiscard]] double relative_half_width() const;
};

// Student's t: the 97.5 % quantile, within 1e-5. Precondition: degrees_of_freedom > 0.
[[nodiscard]] double student_t_975(std::size_t degrees_of_freedom);

// Correlation of neighbours, from sums around the mean; 0 for fewer than 3 values or if all are equal.
[[nodiscard]] double lag1_autocorrelation(const std::vector<double>& values);

// Whether neighbours are positively correlated, at the level of 5 %: independent values look so once in twenty times.
[[nodiscard]] bool neighbours_correlated(const std::vector<double>& values);

// Half-width of the 95 % interval of the mean of `values`, which were observed one after the other. The mean varies as
// the slowest waves in the series do: their power, over their number, is the variance (equal-weighted cosines: Lazarus,
// Lewis, Stock and Watson, 2018), and their number the degrees of freedom of Student's t. All n - 1 of them are taken,
// which is the usual formula, unless slow and fast ones differ, as they do if neighbours know of each other; then half
// of them, and so on, down to 8. NaN for fewer than 2 values.
[[nodiscard]] double half_width_of_mean(std::vector<double> values);

// How values move with a control of as many, which was observed at the same times: in the slowest quarter of the waves
// of both, since the mean varies as those do.
struct SlowRegression {
  double slope = 0;
  double explained = 0;   // share of the values' power in those waves
  std::size_t waves = 0;  // 0: there are fewer than 48 values, or the control does not move
};
[[nodiscard]] SlowRegression slow_regression(std::vector<double> values, std::vector<double> control);

}  // namespace vqlab

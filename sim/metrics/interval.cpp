#include "sim/metrics/interval.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kFewestValues = 8;  // fewer make Student's t so wide that merging no longer pays

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Means of neighbours; the first value, nearest to the warm-up, is dropped if it has none.
void merge_pairs(std::vector<double>& values) {
  const std::size_t odd = values.size() % 2;
  for (std::size_t i = 0; i < values.size() / 2; ++i) values[i] = 0.5 * (values[2 * i + odd] + values[2 * i + 1 + odd]);
  values.resize(values.size() / 2);
}

// By how much more the mean varies than that of independent values, if each one knows of the one before (AR(1)).
double inflation(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  if (n <= 4) return 1;
  constexpr double kMost = 0.8;  // a higher estimate from few values says little, but would widen without bound
  const double unbiased = (n * lag1_autocorrelation(values) + 1) / (n - 4);  // Marriott and Pope, 1954
  const double correlation = std::clamp(unbiased, 0.0, kMost);
  return (1 + correlation) / (1 - correlation);
}

}  // namespace

double Estimate::relative_half_width() const {
  if (std::isnan(half_width)) return kNoValue;
  if (half_width == 0) return 0;
  return value == 0 ? std::numeric_limits<double>::infinity() : half_width / std::fabs(value);
}

double student_t_975(std::size_t degrees_of_freedom) {
  ensure(degrees_of_freedom > 0, "Student's t needs a degree of freedom");
  constexpr std::array<double, 10> kTable{12.706205, 4.302653, 3.182446, 2.776445, 2.570582,
                                          2.446912,  2.364624, 2.306004, 2.262157, 2.228139};
  if (degrees_of_freedom <= kTable.size()) return kTable[degrees_of_freedom - 1];
  // Expansion in powers of 1 / nu around the normal quantile z (Abramowitz and Stegun, 26.7.5).
  const double z = 1.959963984540054;
  const double z2 = z * z;
  const double g1 = z * (z2 + 1) / 4;
  const double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  const double g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
  const double x = 1 / static_cast<double>(degrees_of_freedom);
  return z + x * (g1 + x * (g2 + x * (g3 + x * g4)));
}

double lag1_autocorrelation(const std::vector<double>& values) {
  if (values.size() < 3) return 0;
  const double mean = mean_of(values);
  double squares = 0;
  double products = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    squares += (values[i] - mean) * (values[i] - mean);
    if (i > 0) products += (values[i] - mean) * (values[i - 1] - mean);
  }
  return squares == 0 ? 0 : products / squares;
}

bool neighbours_correlated(const std::vector<double>& values) {
  if (values.size() < 3) return false;
  const auto n = static_cast<double>(values.size());
  return lag1_autocorrelation(values) > 1.645 / std::sqrt(n) - 1 / n;  // normal, with mean -1 / n
}

double half_width_of_mean(std::vector<double> values) {
  if (values.size() < 2) return kNoValue;
  while (values.size() >= 2 * kFewestValues && neighbours_correlated(values)) merge_pairs(values);
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto n = static_cast<double>(values.size());
  return student_t_975(values.size() - 1) * std::sqrt(inflation(values) * squares / (n - 1) / n);
}

}  // namespace vqlab

#include "sim/metrics/interval.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr double kNormal95 = 1.6448536269514722;
constexpr std::size_t kFewestForRegression = 48;
constexpr std::size_t kFewestWaves = 8;  // fewer make Student's t so wide that leaving out more no longer pays

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// cos(m pi / (2 n)) for m < 4 n, by rotation.
std::vector<double> quarter_waves(std::size_t n) {
  const double step = std::numbers::pi / (2 * static_cast<double>(n));
  double cosine = 1;
  double sine = step;
  double power = step;
  for (int k = 2; k < 24; k += 2) {  // Taylor: step <= pi / 4
    power *= step / k;
    cosine += (k % 4 == 0 ? 1 : -1) * power;
    power *= step / (k + 1);
    sine += (k % 4 == 0 ? 1 : -1) * power;
  }
  std::vector<double> waves;
  waves.reserve(4 * n);
  double x = 1;
  double y = 0;
  for (std::size_t m = 0; m < 4 * n; ++m) {
    waves.push_back(x);
    const double next = x * cosine - y * sine;
    y = x * sine + y * cosine;
    x = next;
  }
  return waves;
}

// How much the values move along with 1, 2 ... `most` half waves of a cosine over the whole series. `values` have the
// mean 0; there are at least twice as many.
std::vector<double> slow_projections(const std::vector<double>& values, std::size_t most) {
  const std::size_t n = values.size();
  const std::vector<double> waves = quarter_waves(n);
  // A wave is symmetric around the middle of the series, or antisymmetric.
  std::vector<double> even;
  std::vector<double> odd;
  for (std::size_t i = 0; i < n / 2; ++i) {
    even.push_back(values[i] + values[n - 1 - i]);
    odd.push_back(values[i] - values[n - 1 - i]);
  }
  if (n % 2 == 1) {
    even.push_back(values[n / 2]);
    odd.push_back(0);
  }
  std::vector<double> projections;
  for (std::size_t half_waves = 1; half_waves <= most; ++half_waves) {
    const std::vector<double>& folded = half_waves % 2 == 0 ? even : odd;
    double sum = 0;
    std::size_t at = half_waves;
    for (const double value : folded) {
      sum += value * waves[at];
      at += 2 * half_waves;
      if (at >= 4 * n) at -= 4 * n;
    }
    projections.push_back(sum);
  }
  return projections;
}

// The same of the slow half, each squared. Of independent values each expects their variance.
std::vector<double> slow_half_of_spectrum(const std::vector<double>& values) {
  std::vector<double> powers = slow_projections(values, values.size() / 2);
  for (double& power : powers) power = 2 * power * power / static_cast<double>(values.size());
  return powers;
}

void subtract_mean(std::vector<double>& values) {
  const double mean = mean_of(values);
  for (double& value : values) value -= mean;
}

// The waves that an interval is made from.
struct Waves {
  std::size_t count;
  double power;       // of all of them together
  double slow_power;  // of the slower half, count / 2 of them

  [[nodiscard]] std::size_t slow_count() const { return count / 2; }
  [[nodiscard]] double slow() const { return static_cast<double>(slow_count()); }
  [[nodiscard]] double fast() const { return static_cast<double>(count - slow_count()); }
  [[nodiscard]] double mean_power() const { return power / static_cast<double>(count); }

  // By how much more power a slow wave has than a fast one, as a share of their mean.
  [[nodiscard]] double slope() const {
    return power == 0 ? 0 : (slow_power / slow() - (power - slow_power) / fast()) / mean_power();
  }
  // If all were alike, it would be steeper than this in one of ten cases.
  [[nodiscard]] double steepest_by_chance() const { return kNormal95 * std::sqrt(2 / slow() + 2 / fast()); }
};

// By how much the slowest waves have more power than all that were taken have on average, if it rises as that of a
// first-order autoregressive process.
double rise(double slope) {
  constexpr double kMost = 0.8;  // a higher estimate from few values says little, but would widen without bound
  const double correlation = std::clamp(slope * std::numbers::pi / 8, 0.0, kMost);  // of neighbours, where it is small
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
  return lag1_autocorrelation(values) > kNormal95 / std::sqrt(n) - 1 / n;  // normal, with mean -1 / n
}

double half_width_of_mean(std::vector<double> values) {
  if (values.size() < 2) return kNoValue;
  const double mean = mean_of(values);
  double power = 0;
  for (double& value : values) {
    value -= mean;
    power += value * value;
  }
  const std::vector<double> spectrum = slow_half_of_spectrum(values);
  const auto slowest = [&spectrum](std::size_t count) {
    return std::accumulate(spectrum.begin(), spectrum.begin() + static_cast<std::ptrdiff_t>(count), 0.0);
  };
  const std::size_t all = values.size() - 1;
  Waves waves{all, power, slowest(all / 2)};
  while (waves.count >= 2 * kFewestWaves && std::fabs(waves.slope()) > waves.steepest_by_chance())
    waves = {waves.count / 2, waves.slow_power, slowest(waves.count / 4)};
  const double variance = waves.mean_power() * (waves.count > 1 ? rise(waves.slope()) : 1);
  return student_t_975(waves.count) * std::sqrt(variance / static_cast<double>(values.size()));
}

SlowRegression slow_regression(std::vector<double> values, std::vector<double> control) {
  ensure(values.size() == control.size(), "a control is observed when the values are");
  if (values.size() < kFewestForRegression) return {};
  subtract_mean(values);
  subtract_mean(control);
  const std::size_t waves = values.size() / 4;
  const std::vector<double> of_values = slow_projections(values, waves);
  const std::vector<double> of_control = slow_projections(control, waves);
  double squares = 0;
  double control_squares = 0;
  double products = 0;
  for (std::size_t i = 0; i < waves; ++i) {
    squares += of_values[i] * of_values[i];
    control_squares += of_control[i] * of_control[i];
    products += of_values[i] * of_control[i];
  }
  if (squares == 0 || control_squares == 0) return {};
  return {products / control_squares, products / squares * (products / control_squares), waves};
}

}  // namespace vqlab

#include "analysis/runs/power.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/runs/paired.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

double normal_below(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

// Where |t| has this probability to be at least as large.
double critical_t(std::size_t freedom, double level) {
  double low = 0;
  double high = 1;
  while (student_t_p(high, freedom) > level) high *= 2;
  for (int i = 0; i < 100 && high - low > 1e-12 * high; ++i) {
    const double middle = (low + high) / 2;
    (student_t_p(middle, freedom) > level ? low : high) = middle;
  }
  return (low + high) / 2;
}

// Over the estimated deviation as a share u of the true one, u^2 being chi-square over its degrees of freedom: given u,
// the mean is normal and the test asks whether it is beyond `critical` times u. By Simpson's rule over the cube root of
// u, as with few degrees of freedom what is close to 0 counts.
double power_beyond(double standard_errors, std::size_t freedom, double critical) {
  const auto nu = static_cast<double>(freedom);
  const double log_norm = std::log(2.0) + nu / 2 * std::log(nu / 2) - std::lgamma(nu / 2);
  constexpr int kSteps = 1000;
  const double most = std::cbrt(1 + 10 / std::sqrt(nu));  // there is less than 1e-12 beyond
  double sum = 0;
  for (int i = 1; i <= kSteps; ++i) {
    const double root = most * i / kSteps;
    const double u = root * root * root;
    const double density = std::exp(log_norm + (nu - 1) * std::log(u) - nu / 2 * u * u) * 3 * root * root;
    const double found = normal_below(standard_errors - critical * u) + normal_below(-standard_errors - critical * u);
    sum += density * found * (i == kSteps ? 1 : i % 2 == 0 ? 2 : 4);
  }
  return sum * most / kSteps / 3;
}

}  // namespace

double holm_level(const std::vector<double>& p, std::size_t test, double significant) {
  std::vector<double> others;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (i != test && !std::isnan(p[i])) others.push_back(p[i]);
  std::sort(others.begin(), others.end());
  std::size_t found = 0;
  while (found < others.size() && others[found] <= significant / static_cast<double>(others.size() + 1 - found))
    ++found;
  return significant / static_cast<double>(others.size() + 1 - found);
}

double t_test_power(double standard_errors, std::size_t freedom, double level) {
  ensure(freedom > 0 && level > 0 && level < 1, "a t test has a degree of freedom and a level");
  return power_beyond(standard_errors, freedom, critical_t(freedom, level));
}

double detectable_standard_errors(std::size_t freedom, double level, double power) {
  const double critical = critical_t(freedom, level);
  double low = 0;
  double high = 1;
  while (power_beyond(high, freedom, critical) < power) high *= 2;
  for (int i = 0; i < 60 && high - low > 1e-9 * high; ++i) {
    const double middle = (low + high) / 2;
    (power_beyond(middle, freedom, critical) < power ? low : high) = middle;
  }
  return high;
}

std::size_t pairs_needed(double deviations, double level, double power, std::size_t most) {
  const auto enough = [&](std::size_t pairs) {
    return t_test_power(std::abs(deviations) * std::sqrt(static_cast<double>(pairs)), pairs - 1, level) >= power;
  };
  if (most < 2 || !enough(most)) return 0;
  std::size_t low = 1;
  std::size_t high = most;
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace vqlab

#include "analysis/runs/paired.hpp"

#include <algorithm>
#include <cmath>
#include <unsupported/Eigen/SpecialFunctions>

#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

std::vector<double> without_nan(std::vector<double> values) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double value) { return std::isnan(value); }),
               values.end());
  return values;
}

}  // namespace

Estimate mean_of_replications(const std::vector<double>& values) {
  const std::vector<double> all = without_nan(values);
  if (all.empty()) return {};
  const auto n = static_cast<double>(all.size());
  double sum = 0;
  for (const double value : all) sum += value;
  const double mean = sum / n;
  if (all.size() < 2) return {mean, kNoValue};
  double squares = 0;
  for (const double value : all) squares += (value - mean) * (value - mean);
  return {mean, student_t_975(all.size() - 1) * std::sqrt(squares / (n - 1) / n)};
}

double student_t_p(double t, std::size_t degrees_of_freedom) {
  ensure(degrees_of_freedom > 0, "Student's t needs a degree of freedom");
  const auto nu = static_cast<double>(degrees_of_freedom);
  return Eigen::numext::betainc(nu / 2, 0.5, nu / (nu + t * t));  // Abramowitz and Stegun, 26.7.1 with 26.5.27
}

PairedTest paired_test(const std::vector<double>& differences) {
  PairedTest test{without_nan(differences).size(), mean_of_replications(differences), kNoValue};
  if (test.pairs < 2) return test;
  const std::size_t freedom = test.pairs - 1;
  const double deviation = test.difference.half_width / student_t_975(freedom);
  if (deviation > 0)
    test.p = student_t_p(test.difference.value / deviation, freedom);
  else
    test.p = test.difference.value == 0 ? 1 : 0;
  return test;
}

double difference_percent(double value, double baseline) {
  if (value == baseline) return 0;
  return baseline == 0 ? kNoValue : 100 * (value - baseline) / baseline;
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&p](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size(), kNoValue);
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(order.size() - rank) * p[order[rank]]));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace vqlab

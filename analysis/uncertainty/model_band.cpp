#include "analysis/uncertainty/model_band.hpp"

#include <algorithm>
#include <cmath>

namespace vqlab {
namespace {

constexpr double kTail = 0.05;             // on either side of a band
constexpr double kTailOfNormal = 1.645;    // in standard deviations
constexpr std::size_t kFewestFreedom = 8;  // of an interval, see half_width_of_mean()

double widened(double distance, double sd) { return std::hypot(distance, kTailOfNormal * sd); }

}  // namespace

bool is_missed_by(const Estimate& nominal, const ModelBand& band) {
  const double half_width = std::isnan(nominal.half_width) ? 0 : nominal.half_width;
  return nominal.value - half_width > band.high || nominal.value + half_width < band.low;
}

std::vector<double> without_chance(std::vector<double> values, double chance_variance) {
  if (values.size() < 2) return values;
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / n;
  double variance = 0;
  for (const double value : values) variance += (value - mean) * (value - mean) / (n - 1);
  const double kept = variance > 0 ? std::sqrt(std::max(0.0, 1 - chance_variance / variance)) : 1;
  for (double& value : values) value = mean + kept * (value - mean);
  return values;
}

double error_of_middle_percent(double chance_variance, std::size_t machines) {
  return machines == 0 ? 0 : 100 * std::sqrt(chance_variance / static_cast<double>(machines));
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return kNoValue;
  std::sort(values.begin(), values.end());
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

ModelBand band_of(const std::vector<double>& values) {
  return {quantile(values, kTail), quantile(values, 0.5), quantile(values, 1 - kTail)};
}

ModelBand widened_band(const std::vector<double>& logs, double discrepancy_percent) {
  const ModelBand band = band_of(logs);
  const double sd = discrepancy_percent / 100;
  return {std::exp(band.middle - widened(band.middle - band.low, sd)), std::exp(band.middle),
          std::exp(band.middle + widened(band.high - band.middle, sd))};
}

double chance_variance_of_log(const Estimate& run) {
  const double sd = run.half_width / student_t_975(kFewestFreedom) / run.value;
  return sd * sd;
}

double mean_known(const std::vector<double>& values) {
  double sum = 0;
  std::size_t known = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++known;
  }
  return known == 0 ? 0 : sum / static_cast<double>(known);
}

ModelBand model_band(const std::vector<Estimate>& runs, double discrepancy_percent) {
  std::vector<double> logs;
  std::vector<double> plain;
  std::vector<double> chance;
  for (const Estimate& run : runs) {
    if (std::isnan(run.value)) continue;
    plain.push_back(run.value);
    if (!(run.value > 0)) continue;
    logs.push_back(std::log(run.value));
    chance.push_back(chance_variance_of_log(run));
  }
  // Counts that are 0 on some machines have no logarithm, and no interval either.
  if (logs.size() < plain.size()) return band_of(plain);
  const double variance = mean_known(chance);
  return widened_band(without_chance(logs, variance),
                      std::hypot(discrepancy_percent, error_of_middle_percent(variance, logs.size())));
}

}  // namespace vqlab

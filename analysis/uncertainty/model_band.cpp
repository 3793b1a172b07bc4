#include "analysis/uncertainty/model_band.hpp"

#include <algorithm>
#include <cmath>

namespace vqlab {
namespace {

constexpr double kTail = 0.05;           // on either side of a band
constexpr double kTailOfNormal = 1.645;  // in standard deviations

double widened(double distance, double sd) { return std::hypot(distance, kTailOfNormal * sd); }

}  // namespace

bool is_missed_by(const Estimate& nominal, const ModelBand& band) {
  const double half_width = std::isnan(nominal.half_width) ? 0 : nominal.half_width;
  return nominal.value - half_width > band.high || nominal.value + half_width < band.low;
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

ModelBand widened_band(const std::vector<double>& logs, double sd) {
  const ModelBand band = band_of(logs);
  return {std::exp(band.middle - widened(band.middle - band.low, sd)), std::exp(band.middle),
          std::exp(band.middle + widened(band.high - band.middle, sd))};
}

ModelBand model_band(const ShortRuns& runs, const Estimate& nominal, double discrepancy_percent) {
  std::vector<double> plain;
  for (const double value : runs.machines)
    if (!std::isnan(value)) plain.push_back(value);
  // Counts that are 0 on some machines have no logarithm.
  if (std::any_of(plain.begin(), plain.end(), [](double value) { return !(value > 0); })) return band_of(plain);
  const ModelSpread spread = without_chance(set_on(logs_of(runs), log_of(nominal)));
  return widened_band(spread.known(), std::hypot(discrepancy_percent / 100, spread.middle_sd));
}

}  // namespace vqlab

#include "analysis/run/mean_over_seeds.hpp"

#include <cmath>

#include "analysis/uncertainty/model_band.hpp"

namespace vqlab {

Estimate mean_over_seeds(const std::vector<Estimate>& runs) {
  const auto n = static_cast<double>(runs.size());
  if (runs.empty()) return {};
  double mean = 0;
  double squares = 0;
  for (const Estimate& run : runs) {
    mean += run.value / n;
    squares += run.half_width * run.half_width;
  }
  double chi_square = 0;
  for (const Estimate& run : runs) {
    const double deviation = (run.value - mean) / (run.half_width / kNormal95);
    chi_square += deviation * deviation;
  }
  const double wider = runs.size() > 1 ? std::sqrt(chi_square / (n - 1)) : 1;
  return {mean, std::sqrt(squares) / n * (wider > 1 && std::isfinite(wider) ? wider : 1)};
}

}  // namespace vqlab

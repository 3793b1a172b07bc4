#include "sim/metrics/over_seeds.hpp"

#include <algorithm>
#include <cmath>

namespace vqlab {

Estimate over_seeds(const std::vector<Estimate>& runs) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  bool all_vary = true;
  for (const Estimate& run : runs) {
    if (std::isnan(run.value)) continue;
    ++count;
    sum += run.value;
    squares += run.half_width * run.half_width;
    all_vary &= run.half_width > 0;
  }
  if (count == 0) return {};
  Estimate mean{sum / count, std::sqrt(squares) / count};
  if (count < 2 || !all_vary) return mean;
  constexpr double kNormal975 = 1.959963984540054;
  double chi_square = 0;
  for (const Estimate& run : runs) {
    const double deviation = (run.value - mean.value) / run.half_width * kNormal975;
    if (!std::isnan(deviation)) chi_square += deviation * deviation;
  }
  mean.half_width *= std::max(1.0, std::sqrt(chi_square / (count - 1)));
  return mean;
}

}  // namespace vqlab

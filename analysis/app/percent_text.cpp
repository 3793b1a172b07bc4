#include "analysis/app/percent_text.hpp"

#include <cmath>
#include <fmt/format.h>

namespace vqlab {
namespace {

int decimals_of(const Estimate& percent) {
  const double size = std::abs(percent.value);
  int decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  for (double unit = 0.01; decimals >= 2 && decimals < 4; unit /= 10, ++decimals)
    if (!(percent.half_width > 0 && percent.half_width < unit / 2)) break;
  return decimals;
}

}  // namespace

std::string percent_text(const Estimate& percent) {
  return fmt::format("{:+.{}f}", percent.value, decimals_of(percent));
}

std::string half_width_text(const Estimate& percent) {
  return std::isnan(percent.half_width) ? "" : fmt::format("+-{:.{}f}", percent.half_width, decimals_of(percent));
}

}  // namespace vqlab

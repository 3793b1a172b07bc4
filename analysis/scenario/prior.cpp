#include "analysis/scenario/prior.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr double kClosest = 0.999;  // of the bent part: a value at the very end of its range has no finite z

}  // namespace

Prior::Prior(double min, double max)
    : middle_((std::log(min) + std::log(max)) / 2), sd_((std::log(max) - std::log(min)) / (2 * kEdge)) {
  ensure(min > 0 && min < max, "a prior needs a range above 0");
}

double Prior::log_value(double z) const {
  const double bend = kEdge - kStraight;
  const double size = std::abs(z);
  const double g = size <= kStraight ? size : kStraight + bend * std::tanh((size - kStraight) / bend);
  return middle_ + sd_ * std::copysign(g, z);
}

double Prior::slope(double z) const {
  const double size = std::abs(z);
  if (size <= kStraight) return sd_;
  const double t = std::tanh((size - kStraight) / (kEdge - kStraight));
  constexpr double kFlattest = 1e-6;  // far out the tangent rounds to 1
  return sd_ * std::max(kFlattest, 1 - t * t);
}

double Prior::z_of(double log_value) const {
  const double g = (log_value - middle_) / sd_;
  const double bend = kEdge - kStraight;
  const double size = std::abs(g);
  if (size <= kStraight) return g;
  const double bent = std::min(kClosest, (size - kStraight) / bend);
  return std::copysign(kStraight + bend * std::atanh(bent), g);
}

}  // namespace vqlab

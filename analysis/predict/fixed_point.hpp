// Arithmetic of a fixed point that is found by taking turns.
#pragma once

#include <algorithm>

namespace vqlab {

// A server is never quite saturated: with it what others leave of it stays finite while the turns converge.
inline constexpr double kMostUtilization = 0.99;

// In ns: what a step takes at least that others are counted by, though its cost may be 0.
inline constexpr double kShortestStep = 1;

[[nodiscard]] inline double bounded_utilization(double utilization) {
  return std::clamp(utilization, 0.0, kMostUtilization);
}

// By how much longer a step takes where others have `utilization` of the server, which is shared alike.
[[nodiscard]] inline double stretch(double utilization) { return 1 / (1 - bounded_utilization(utilization)); }

// Goes a share of the way, so that what oscillates comes to rest.
inline void approach(double& value, double target, double share) { value += share * (target - value); }

}  // namespace vqlab

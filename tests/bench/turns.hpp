// The machine is never quiet: what is compared is measured in turns, and the median of the turns counts.
#pragma once

#include <algorithm>
#include <vector>

namespace vqlab::bench {

inline constexpr int kTurns = 9;

// Precondition: not empty.
[[nodiscard]] inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace vqlab::bench

// What the runs of a point say of a quantity together.
#pragma once

#include <vector>

#include "sim/metrics/interval.hpp"

namespace vqlab {

// Mean of independent runs. Their own intervals say how sure it is, or less if the runs differ by more than these.
// No value without a run, no interval where one run has none.
[[nodiscard]] Estimate mean_over_seeds(const std::vector<Estimate>& runs);

}  // namespace vqlab

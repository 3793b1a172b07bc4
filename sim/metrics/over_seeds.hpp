// Several runs of one point as one estimate.
#pragma once

#include <vector>

#include "sim/metrics/interval.hpp"

namespace vqlab {

// Mean of independent runs. The runs' own intervals give sqrt(sum h^2) / n; if the runs differ by more than these
// explain, that is widened by the square root of chi-square per degree of freedom. A run without a value is left out;
// no half-width if one has none.
[[nodiscard]] Estimate over_seeds(const std::vector<Estimate>& runs);

}  // namespace vqlab

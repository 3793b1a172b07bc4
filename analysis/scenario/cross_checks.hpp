// Values that are good by themselves but do not go together.
#pragma once

#include <vector>

#include "analysis/scenario/cross_check.hpp"

namespace vqlab {

// Each holds in every point of a study: those of the testbed, which the reference page prints, then those of drivers
// and parts.
[[nodiscard]] const std::vector<CrossCheck>& cross_checks();

}  // namespace vqlab

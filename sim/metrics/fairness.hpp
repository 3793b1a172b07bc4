// How evenly something is shared.
#pragma once

#include <vector>

namespace vqlab {

// Jain's index (Jain, Chiu and Hawe, 1984): (sum x)^2 / (n sum x^2). 1 if all shares are equal, 1 / n if one has
// everything. NaN if nobody has anything. Precondition: no share is negative.
[[nodiscard]] double jain_index(const std::vector<double>& shares);

}  // namespace vqlab

// Points for the eye: what is printed where there is nothing to compare with.
#pragma once

#include <string>
#include <vector>

#include "sim/results/point_row.hpp"

namespace vqlab {

// One line for each row, in order: series, axes, seed (if there are several), then these quantities, each with the
// half-width of its interval in percent. A point that is not as precise as asked is marked with "!".
[[nodiscard]] std::string points_table(const std::vector<PointRow>& rows, const std::vector<std::string>& quantities);

}  // namespace vqlab

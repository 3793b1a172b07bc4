// Names of files that belong to one point and seed.
#pragma once

#include <string>

#include "analysis/runs/point_row.hpp"

namespace vqlab {

// Without an end: "multi_queue,targets=4,seed=1". Of letters, digits and ._+,=- alone. The names of different rows of a
// study differ.
[[nodiscard]] std::string point_stem(const PointRow& row);

}  // namespace vqlab

// The power of a comparison's tests: which differences they would have found.
#pragma once

#include <cstddef>
#include <string>

#include "analysis/compare/comparison.hpp"

namespace vqlab {

// Adds to each cell that was tested the smallest differences that would have been called significant with 80 and with
// 95 % probability, as many seeds, such a scatter and Holm's correction over the others of its family given. Without
// any scatter they are unknown.
void add_detectable(Comparison& comparison);

// "1.2": two digits, none of them behind the point from 10 on; "-" if it is unknown.
[[nodiscard]] std::string detectable_percent(double percent);

// What the column "seen from" of a ranking says, and what would have been seen at single points; for a terminal of 100
// columns. Empty if all differences are significant, or without scatter.
[[nodiscard]] std::string detectable_text(const Comparison& comparison, std::size_t metric);

}  // namespace vqlab

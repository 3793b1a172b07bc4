// The results of a study without a reference, for a reader.
#pragma once

#include <string>
#include <vector>

#include "analysis/runs/point_rows.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {

// One line for each point, in their order; of a long study the first ones. Where points have several seeds, the mean
// over them with its interval.
[[nodiscard]] std::string result_table(const PointRows& rows);
// The same of all points: a list.
[[nodiscard]] Json result_rows(const PointRows& rows);

}  // namespace vqlab

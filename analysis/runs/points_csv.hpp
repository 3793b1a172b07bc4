// points.csv: tidy, one row for each point and seed, units in the column names.
#pragma once

#include <string>
#include <vector>

#include "analysis/runs/point_row.hpp"

namespace vqlab {

// Columns: point, series (the curve), the axes, seed, precise, not_settled, simulated_s, completed_ios, then the
// quantities, each followed by NAME_ci95 if any point has an interval for it. Axes and quantities are those of all
// rows, in the order in which they first appear; what a row lacks is blank. Rows come in the order of their points,
// whatever order they finished in. Numbers are the shortest that read back as the same double.
[[nodiscard]] std::string points_csv(std::vector<PointRow> rows);

}  // namespace vqlab

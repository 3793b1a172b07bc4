// points.csv: tidy, one row for each point and seed, units in the column names.
#pragma once

#include "analysis/runs/point_rows.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {

// Columns: point, series (the curve), the axes, seed, precise, not_settled, simulated_s, completed_ios, then the
// quantities, each followed by NAME_ci95 if any point has an interval for it. Axes and quantities are those of all
// rows, in the order in which they first appear; what a row lacks is blank. Rows come in the order of their points,
// whatever order they finished in. Numbers are the shortest that read back as the same double.
void points_csv(const PointRows& rows, const TextSink& write);

}  // namespace vqlab

// jobs.csv and disks.csv: the I/Os of each point by job and kind, and by disk and kind.
#pragma once

#include "analysis/runs/point_rows.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {

// Columns: point, series (the curve), the axes, seed, then those of kJobColumns and of kJobMeasures with their
// intervals. A row for each job and each kind of I/O that it does.
void jobs_csv(const PointRows& rows, const TextSink& write);

// The same with kDiskColumns and kDiskMeasures, without intervals. A row for each LUN and each kind of I/O that came
// back from it.
void disks_csv(const PointRows& rows, const TextSink& write);

}  // namespace vqlab

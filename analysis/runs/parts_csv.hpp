// The tables of each point's parts: jobs.csv, phases.csv and disks.csv, and those that are asked for.
#pragma once

#include "analysis/runs/point_rows.hpp"
#include "analysis/runs/write_file.hpp"
#include "sim/metrics/part_tables.hpp"

namespace vqlab {

// Columns: point, series (the curve), the axes, seed, then those of kJobColumns and of kJobMeasures with their
// intervals. A row for each job and each kind of I/O that it does.
void jobs_csv(const PointRows& rows, const TextSink& write);

// The same with kDiskColumns and kDiskMeasures, without intervals. A row for each LUN and each kind of I/O that came
// back from it.
void phases_csv(const PointRows& rows, const TextSink& write);

void disks_csv(const PointRows& rows, const TextSink& write);

// One that is asked for, with the columns that it has in kPartTableColumns.
void table_csv(PartTable table, const PointRows& rows, const TextSink& write);

}  // namespace vqlab

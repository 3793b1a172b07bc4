// stages.csv: where the latency of each point goes, one row for each point, seed and stage.
#pragma once

#include <string>
#include <vector>

#include "analysis/runs/point_rows.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {

// What is said of a stage: its name, then each estimate with its interval.
[[nodiscard]] std::vector<std::string> stage_columns();

// Columns: point, series (the curve), the axes, seed, stage, latency_us, queueing_us, service_us (means over requests,
// see StageTimes), requests_mean (in the stage at any time), each with its interval. Rows of a point and seed are in
// the order of the stages, and their latencies add up to latency_mean_us of points.csv.
void stages_csv(const PointRows& rows, const TextSink& write);

}  // namespace vqlab

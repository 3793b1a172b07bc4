// What the analytic model says of a study's points, beside what was simulated.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/runs/reference_errors.hpp"

namespace vqlab {

struct PredictedPoint {
  std::string curve;
  std::vector<std::pair<std::string, std::string>> axes;  // as in PointRow
  double bandwidth_mib_per_s = kNoValue;
  double iops = kNoValue;
  double latency_mean_us = kNoValue;
  double bound_mib_per_s = kNoValue;  // asymptotic: no run is beyond it
  std::string bottleneck;
  double utilization = kNoValue;
  bool settled = true;                      // the fixed point was found
  double took_ms = 0;                       // to find it
  double simulated = kNoValue;              // bandwidth in MiB/s, mean over the seeds; NaN: none was simulated
  PointState state = PointState::kPrecise;  // of its simulated runs together
  bool counted = true;                      // among those that the study's reference counts, if it has one

  [[nodiscard]] double error_percent() const { return ErrorCell{bandwidth_mib_per_s, simulated}.error_percent(); }
};

// Of all points, or of those counted alone.
[[nodiscard]] ErrorSummary summarize(const std::vector<PredictedPoint>& points, bool counted_alone);

// For a terminal: a line for each point. The simulated columns are left out if nothing was simulated.
[[nodiscard]] std::string prediction_table(const std::vector<PredictedPoint>& points);

// The last line of a comparison: "MAPE 7.3 % over 21 points, largest error 15.2 %", and which these points are.
[[nodiscard]] std::string prediction_summary(const std::vector<PredictedPoint>& points);

// predictions.csv: a row for each point, units in the column names.
[[nodiscard]] std::string predictions_csv(const std::vector<PredictedPoint>& points);

}  // namespace vqlab

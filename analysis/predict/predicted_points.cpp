#include "analysis/predict/predicted_points.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "analysis/app/aligned_table.hpp"
#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"

namespace vqlab {
namespace {

bool was_simulated(const PredictedPoint& point) { return !std::isnan(point.simulated); }

bool any_simulated(const std::vector<PredictedPoint>& points) {
  return std::any_of(points.begin(), points.end(), was_simulated);
}

}  // namespace

ErrorSummary summarize(const std::vector<PredictedPoint>& points, bool counted_alone) {
  ErrorColumn column;
  for (const PredictedPoint& point : points)
    if (point.counted || !counted_alone)
      column.cells.push_back({point.bandwidth_mib_per_s, point.simulated, point.state});
  return summarize(column);
}

std::string prediction_table(const std::vector<PredictedPoint>& points) {
  if (points.empty()) return "";
  const bool simulated = any_simulated(points);
  std::vector<std::vector<std::string>> lines{{"curve"}};
  for (const auto& [name, value] : points.front().axes) lines.front().push_back(name);
  lines.front().insert(lines.front().end(), {"MiB/s", "IOPS", "latency us", "bound", "ms", "bottleneck", "busy"});
  if (simulated) lines.front().insert(lines.front().end(), {"simulated", "error"});
  for (const PredictedPoint& point : points) {
    std::vector<std::string> line{point.curve};
    for (const auto& [name, value] : point.axes) line.push_back(value);
    line.push_back(fmt::format("{:.0f}{}", point.bandwidth_mib_per_s, point.settled ? "" : "~"));
    line.push_back(fmt::format("{:.0f}", point.iops));
    line.push_back(fmt::format("{:.1f}", point.latency_mean_us));
    line.push_back(fmt::format("{:.0f}", point.bound_mib_per_s));
    line.push_back(fmt::format("{:.1f}", point.took_ms));
    line.push_back(point.bottleneck);
    line.push_back(fmt::format("{:.0f} %", 100 * point.utilization));
    if (simulated) {
      line.push_back(was_simulated(point) ? fmt::format("{:.0f}{}", point.simulated, mark_of(point.state)) : "-");
      line.push_back(was_simulated(point) ? fmt::format("{:+.1f} %", point.error_percent()) : "-");
    }
    lines.push_back(std::move(line));
  }
  std::string table = aligned_table(lines);
  if (std::any_of(points.begin(), points.end(), [](const PredictedPoint& point) { return !point.settled; }))
    table += "~ the fixed point was not found; the value of the last step\n";
  std::vector<PointState> states;
  for (const PredictedPoint& point : points) states.push_back(point.state);
  return table + marks_text(states);
}

std::string prediction_summary(const std::vector<PredictedPoint>& points) {
  const ErrorSummary all = summarize(points, false);
  const ErrorSummary counted = summarize(points, true);
  const std::string text = error_text(all, "points") + " (all)\n";
  if (counted.cells == all.cells) return text;
  return text + error_text(counted, "points") + " (those that the study's reference counts)\n";
}

std::string predictions_csv(const std::vector<PredictedPoint>& points) {
  if (points.empty()) return "";
  std::vector<std::string> header{kCurveColumn};
  for (const auto& [name, value] : points.front().axes) header.push_back(name);
  header.insert(header.end(), {"bandwidth_mib_per_s", "iops", "latency_mean_us", "bound_mib_per_s", "bottleneck",
                               "bottleneck_utilization", "settled", "simulated_mib_per_s", "error_percent", "counted",
                               "simulated_state"});
  std::string text = csv_line(header);
  const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
  for (const PredictedPoint& point : points) {
    std::vector<std::string> fields{point.curve};
    for (const auto& [name, value] : point.axes) fields.push_back(value);
    for (const double value : {point.bandwidth_mib_per_s, point.iops, point.latency_mean_us, point.bound_mib_per_s})
      fields.push_back(csv_number(value));
    fields.push_back(point.bottleneck);
    fields.push_back(csv_number(point.utilization));
    fields.push_back(flag(point.settled));
    fields.push_back(csv_number(point.simulated));
    fields.push_back(csv_number(point.error_percent()));
    fields.push_back(flag(point.counted));
    fields.emplace_back(was_simulated(point) ? to_string(point.state) : "");
    text += csv_line(fields);
  }
  return text;
}

}  // namespace vqlab

#include "analysis/compare/comparison.hpp"

#include <cmath>
#include <utility>

#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"

namespace vqlab {

std::string_view verdict(const Comparison& comparison, const ComparisonCell& cell) {
  if (cell.policy == comparison.baseline) return "baseline";
  if (std::isnan(cell.p_holm)) return "unknown";
  if (!cell.significant()) return "not significant";
  return (cell.difference_percent.value > 0) == kComparisonMetrics[cell.metric].more_is_better ? "better" : "worse";
}

std::string comparison_csv(const Comparison& comparison) {
  const std::vector<std::string> axes = axis_names(comparison.places);
  std::vector<std::string> names{"scope", kCurveColumn};
  names.insert(names.end(), axes.begin(), axes.end());
  names.insert(names.end(),
               {"policy", "baseline", "metric", "better", "points", "seeds", "rank", "mean", "mean_ci95",
                "difference_percent", "difference_percent_ci95", "p", "p_holm", "significant", "verdict", "state"});
  std::string text = csv_line(names);
  for (const ComparisonCell& cell : comparison.cells) {
    const Place place = cell.place ? comparison.places[*cell.place] : Place{};
    std::vector<std::string> fields{cell.place ? "point" : "overall", place.curve};
    for (std::string& value : axis_values(place, axes)) fields.push_back(std::move(value));
    const ComparisonMetric& metric = kComparisonMetrics[cell.metric];
    fields.insert(fields.end(),
                  {comparison.policies[cell.policy], comparison.policies[comparison.baseline], std::string(metric.name),
                   metric.more_is_better ? "higher" : "lower", std::to_string(cell.points), std::to_string(cell.pairs),
                   std::to_string(cell.rank), csv_six_digits(cell.mean.value), csv_six_digits(cell.mean.half_width),
                   csv_six_digits(cell.difference_percent.value), csv_six_digits(cell.difference_percent.half_width),
                   csv_six_digits(cell.p), csv_six_digits(cell.p_holm), cell.significant() ? "true" : "false",
                   std::string(verdict(comparison, cell)), std::string(to_string(cell.state))});
    text += csv_line(fields);
  }
  return text;
}

std::string comparison_json(const RunRecord& record, const Comparison& comparison, bool pairs) {
  nlohmann::ordered_json json = to_json(record);
  nlohmann::ordered_json& compared = json["comparison"];
  compared["policies"] = comparison.policies;
  compared["baseline"] = comparison.policies[comparison.baseline];
  compared["points"] = comparison.places.size();
  compared["one_queue_points_left_out"] = comparison.one_queue_points;
  compared["repeated_points_left_out"] = comparison.repeated_points;
  compared["significant_p"] = kSignificantP;
  compared["pairs"] = pairs;
  for (const ComparisonMetric& metric : kComparisonMetrics)
    compared["better"][std::string(metric.name)] = metric.more_is_better ? "higher" : "lower";
  return json.dump(2) + '\n';
}

}  // namespace vqlab

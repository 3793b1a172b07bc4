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

namespace {

// The columns of what plausible machines say, and the fields of a cell in them.
std::vector<std::string> plausible_columns() {
  return {"machines",         "machines_ahead",   "machines_behind",    "gain_percent_p5",
          "gain_percent_p50", "gain_percent_p95", "resolution_percent", "flip_parameter",
          "flip_value",       "flip_low",         "flip_high"};
}

std::vector<std::string> plausible_fields(const ComparisonCell& cell) {
  if (!cell.plausible) return std::vector<std::string>(plausible_columns().size());
  const PlausibleDifference& one = *cell.plausible;
  std::vector<std::string> fields{std::to_string(one.machines),
                                  std::to_string(one.ahead),
                                  std::to_string(one.behind),
                                  csv_six_digits(one.gain_percent.low),
                                  csv_six_digits(one.gain_percent.middle),
                                  csv_six_digits(one.gain_percent.high),
                                  csv_six_digits(one.resolution_percent)};
  if (cell.flips && !cell.flips->flips.empty()) {
    const Flip& nearest = cell.flips->flips.front();
    fields.insert(fields.end(), {nearest.param, csv_six_digits(nearest.value), csv_six_digits(nearest.low),
                                 csv_six_digits(nearest.high)});
  }
  fields.resize(plausible_columns().size());
  return fields;
}

std::vector<std::string> cell_place(const Comparison& comparison, const ComparisonCell& cell,
                                    const std::vector<std::string>& axes) {
  const Place place = cell.place ? comparison.places[*cell.place] : Place{};
  std::vector<std::string> fields{cell.place ? "point" : "overall", place.curve};
  for (std::string& value : axis_values(place, axes)) fields.push_back(std::move(value));
  return fields;
}

}  // namespace

std::string comparison_csv(const Comparison& comparison) {
  const std::vector<std::string> axes = axis_names(comparison.places);
  std::vector<std::string> names{"scope", kCurveColumn};
  names.insert(names.end(), axes.begin(), axes.end());
  names.insert(names.end(), {"policy", "baseline", "metric", "better", "points", "seeds", "rank", "mean", "mean_ci95",
                             "difference_percent", "difference_percent_ci95", "p", "p_holm", "significant", "verdict",
                             "state", "detectable_percent_80", "detectable_percent_95"});
  const auto add = [](std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
  };
  if (comparison.machines > 0) add(names, plausible_columns());
  std::string text = csv_line(names);
  for (const ComparisonCell& cell : comparison.cells) {
    std::vector<std::string> fields = cell_place(comparison, cell, axes);
    const ComparisonMetric& metric = kComparisonMetrics[cell.metric];
    fields.insert(fields.end(),
                  {comparison.policies[cell.policy], comparison.policies[comparison.baseline], std::string(metric.name),
                   metric.more_is_better ? "higher" : "lower", std::to_string(cell.points), std::to_string(cell.pairs),
                   std::to_string(cell.rank), csv_six_digits(cell.mean.value), csv_six_digits(cell.mean.half_width),
                   csv_six_digits(cell.difference_percent.value), csv_six_digits(cell.difference_percent.half_width),
                   csv_six_digits(cell.p), csv_six_digits(cell.p_holm), cell.significant() ? "true" : "false",
                   std::string(verdict(comparison, cell)), std::string(to_string(cell.state)),
                   csv_six_digits(cell.detectable_percent_80), csv_six_digits(cell.detectable_percent_95)});
    if (comparison.machines > 0) add(fields, plausible_fields(cell));
    text += csv_line(fields);
  }
  return text;
}

std::string flips_csv(const Comparison& comparison) {
  const std::vector<std::string> axes = axis_names(comparison.places);
  std::vector<std::string> fields{"scope", kCurveColumn};
  fields.insert(fields.end(), axes.begin(), axes.end());
  fields.insert(fields.end(),
                {"policy", "baseline", "metric", "r2", "parameter", "nominal", "flip_value", "flip_low", "flip_high"});
  std::string text = csv_line(fields);
  for (const ComparisonCell& cell : comparison.cells) {
    if (!cell.flips) continue;
    for (const Flip& flip : cell.flips->flips) {
      fields = cell_place(comparison, cell, axes);
      fields.insert(fields.end(), {comparison.policies[cell.policy], comparison.policies[comparison.baseline],
                                   std::string(kComparisonMetrics[cell.metric].name), csv_six_digits(cell.flips->r2),
                                   flip.param, csv_number(flip.nominal), csv_six_digits(flip.value),
                                   csv_six_digits(flip.low), csv_six_digits(flip.high)});
      text += csv_line(fields);
    }
  }
  return text;
}

nlohmann::ordered_json comparison_json(const RunRecord& record, const Comparison& comparison, bool pairs) {
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
  return json;
}

}  // namespace vqlab

#include "analysis/compare/tournament.hpp"

#include <cmath>
#include <utility>

#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"

namespace vqlab {

std::string_view verdict(const Tournament& tournament, const TournamentCell& cell) {
  if (cell.policy == tournament.baseline) return "baseline";
  if (std::isnan(cell.p_holm)) return "unknown";
  if (!cell.significant()) return "not significant";
  return (cell.difference_percent.value > 0) == kTournamentMetrics[cell.metric].more_is_better ? "better" : "worse";
}

std::string comparison_csv(const Tournament& tournament) {
  const std::vector<std::string> axes = axis_names(tournament.places);
  std::vector<std::string> names{"scope", kCurveColumn};
  names.insert(names.end(), axes.begin(), axes.end());
  names.insert(names.end(), {"policy", "baseline", "metric", "better", "points", "seeds", "rank", "mean", "mean_ci95",
                             "difference_percent", "difference_percent_ci95", "p", "p_holm", "significant", "verdict"});
  std::string text = csv_line(names);
  for (const TournamentCell& cell : tournament.cells) {
    const Place place = cell.place ? tournament.places[*cell.place] : Place{};
    std::vector<std::string> fields{cell.place ? "point" : "overall", place.curve};
    for (std::string& value : axis_values(place, axes)) fields.push_back(std::move(value));
    const TournamentMetric& metric = kTournamentMetrics[cell.metric];
    fields.insert(fields.end(),
                  {tournament.policies[cell.policy], tournament.policies[tournament.baseline], std::string(metric.name),
                   metric.more_is_better ? "higher" : "lower", std::to_string(cell.points), std::to_string(cell.pairs),
                   std::to_string(cell.rank), csv_six_digits(cell.mean.value), csv_six_digits(cell.mean.half_width),
                   csv_six_digits(cell.difference_percent.value), csv_six_digits(cell.difference_percent.half_width),
                   csv_six_digits(cell.p), csv_six_digits(cell.p_holm), cell.significant() ? "true" : "false",
                   std::string(verdict(tournament, cell))});
    text += csv_line(fields);
  }
  return text;
}

std::string comparison_json(const RunRecord& record, const Tournament& tournament) {
  nlohmann::ordered_json json = to_json(record);
  nlohmann::ordered_json& comparison = json["comparison"];
  comparison["policies"] = tournament.policies;
  comparison["baseline"] = tournament.policies[tournament.baseline];
  comparison["points"] = tournament.places.size();
  comparison["one_queue_points_left_out"] = tournament.one_queue_points;
  comparison["repeated_points_left_out"] = tournament.repeated_points;
  comparison["significant_p"] = kSignificantP;
  for (const TournamentMetric& metric : kTournamentMetrics)
    comparison["better"][std::string(metric.name)] = metric.more_is_better ? "higher" : "lower";
  return json.dump(2) + '\n';
}

}  // namespace vqlab

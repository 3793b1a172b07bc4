#include "sim/results/tournament.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "sim/results/csv.hpp"

namespace vqlab {
namespace {

// Logarithms and p-values come from libm, whose last digits differ between machines.
std::string six_digits(double value) { return std::isnan(value) ? "" : fmt::format("{:.6g}", value); }

std::vector<std::string> axis_names(const Tournament& tournament) {
  std::vector<std::string> names;
  for (const TournamentPlace& place : tournament.places)
    for (const auto& [name, value] : place.axes)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  return names;
}

}  // namespace

std::string_view verdict(const Tournament& tournament, const TournamentCell& cell) {
  if (cell.policy == tournament.baseline) return "baseline";
  if (std::isnan(cell.p_holm)) return "unknown";
  if (!cell.significant()) return "not significant";
  return (cell.difference_percent.value > 0) == kTournamentMetrics[cell.metric].more_is_better ? "better" : "worse";
}

std::string comparison_csv(const Tournament& tournament) {
  const std::vector<std::string> axes = axis_names(tournament);
  std::vector<std::string> names{"scope", "series"};
  names.insert(names.end(), axes.begin(), axes.end());
  names.insert(names.end(), {"policy", "baseline", "metric", "better", "points", "seeds", "rank", "mean", "mean_ci95",
                             "difference_percent", "difference_percent_ci95", "p", "p_holm", "significant", "verdict"});
  std::string text = csv_line(names);
  for (const TournamentCell& cell : tournament.cells) {
    const TournamentPlace place = cell.place ? tournament.places[*cell.place] : TournamentPlace{};
    std::vector<std::string> fields{cell.place ? "point" : "overall", place.series};
    for (const std::string& name : axes) {
      const auto axis =
          std::find_if(place.axes.begin(), place.axes.end(), [&](const auto& a) { return a.first == name; });
      fields.push_back(axis == place.axes.end() ? "" : axis->second);
    }
    const TournamentMetric& metric = kTournamentMetrics[cell.metric];
    fields.insert(
        fields.end(),
        {tournament.policies[cell.policy], tournament.policies[tournament.baseline], std::string(metric.name),
         metric.more_is_better ? "higher" : "lower", std::to_string(cell.points), std::to_string(cell.pairs),
         std::to_string(cell.rank), six_digits(cell.mean.value), six_digits(cell.mean.half_width),
         six_digits(cell.difference_percent.value), six_digits(cell.difference_percent.half_width), six_digits(cell.p),
         six_digits(cell.p_holm), cell.significant() ? "true" : "false", std::string(verdict(tournament, cell))});
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

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/percent_text.hpp"
#include "analysis/app/wrapped_text.hpp"
#include "analysis/compare/comparison.hpp"
#include "analysis/compare/detectable.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kComparisonColumns = 100;
constexpr std::size_t kMostPlaces = 60;

std::string p_text(double p) {
  if (std::isnan(p)) return "-";
  return p < 1e-4 ? "<0.0001" : fmt::format("{:.4f}", p);
}

std::string marked(const ComparisonCell& cell) { return std::string(mark_of(cell.state)); }

// The cells of a place, the best first.
std::vector<const ComparisonCell*> ranked(const Comparison& comparison, std::size_t metric,
                                          std::optional<std::size_t> place) {
  std::vector<const ComparisonCell*> cells(comparison.policies.size());
  for (std::size_t policy = 0; policy < comparison.policies.size(); ++policy) {
    const ComparisonCell& cell = comparison.cell(metric, place, policy);
    cells[cell.rank - 1] = &cell;
  }
  return cells;
}

std::string how_good(std::size_t metric) {
  return fmt::format("{}, {} is better", kComparisonMetrics[metric].name,
                     kComparisonMetrics[metric].more_is_better ? "higher" : "lower");
}

std::string overall_ranking(const Comparison& comparison, std::size_t metric) {
  std::vector<std::vector<std::string>> lines{{"policy", "rank", "%", "95 %", "p", "p (Holm)", "seen from", ""}};
  for (const ComparisonCell* cell : ranked(comparison, metric, std::nullopt)) {
    const std::string& policy = comparison.policies[cell->policy];
    if (cell->policy == comparison.baseline) {
      lines.push_back({policy, std::to_string(cell->rank), "0" + marked(*cell), "", "", "", "", "baseline"});
      continue;
    }
    const std::string word(verdict(comparison, *cell));
    lines.push_back({policy, std::to_string(cell->rank), percent_text(cell->difference_percent) + marked(*cell),
                     half_width_text(cell->difference_percent), p_text(cell->p), p_text(cell->p_holm),
                     detectable_percent(cell->detectable_percent_95),
                     cell->significant() ? "significantly " + word : word});
  }
  return aligned_table(lines);
}

// Whose rank is not that of an equal: they keep no order of commands, of which others keep that of a target or a LUN.
std::string without_promise(const Comparison& comparison) {
  std::string names;
  for (const std::string& name : comparison.policies) {
    const PolicyEntry* const policy = Registry<PolicyEntry>::instance().find(name.substr(0, name.find('{')));
    if (policy != nullptr && policy->promise == OrderPromise::kNone) names += (names.empty() ? "" : ", ") + name;
  }
  return names.empty() ? "" : wrapped_text("promise no order of commands: " + names, kComparisonColumns, 4);
}

std::string all_metrics(const Comparison& comparison, std::size_t metric) {
  std::vector<std::vector<std::string>> lines(2, {"policy"});
  lines.back().front().clear();
  for (const ComparisonMetric& one : kComparisonMetrics) {
    lines[0].emplace_back(one.heading);
    lines[1].emplace_back(one.more_is_better ? "higher" : "lower");
  }
  bool all_points = true;
  for (const ComparisonCell* best : ranked(comparison, metric, std::nullopt)) {
    lines.push_back({comparison.policies[best->policy]});
    for (std::size_t one = 0; one < kComparisonMetrics.size(); ++one) {
      const ComparisonCell& cell = comparison.cell(one, std::nullopt, best->policy);
      all_points &= cell.points == comparison.places.size();
      if (cell.policy == comparison.baseline)
        lines.back().push_back("0" + marked(cell));
      else if (std::isnan(cell.difference_percent.value))
        lines.back().emplace_back("-");
      else
        lines.back().push_back(percent_text(cell.difference_percent) + (cell.significant() ? "*" : " ") + marked(cell));
    }
  }
  return aligned_table(lines) +
         (all_points ? "" : "some are over fewer points, because a value is 0 or unknown: see comparison.csv\n");
}

// The policies at each place, the best first; broken between policies.
std::string by_place(const Comparison& comparison, std::size_t metric) {
  std::string text;
  for (std::size_t place = 0; place < std::min(comparison.places.size(), kMostPlaces); ++place) {
    std::string line = place_name(comparison.places[place]) + ":";
    for (const ComparisonCell* cell : ranked(comparison, metric, place)) {
      std::string one = " " + comparison.policies[cell->policy];
      if (cell->policy == comparison.baseline)
        one += fmt::format(" ({:.4g}{})", cell->mean.value, marked(*cell));
      else if (std::isnan(cell->difference_percent.value))
        one += " unknown";
      else
        one += " " + percent_text(cell->difference_percent) + (cell->significant() ? "*" : "") + marked(*cell);
      if (cell->rank < comparison.policies.size()) one += ",";
      if (line.size() + one.size() > kComparisonColumns) {
        text += line + '\n';
        line = "   ";
      }
      line += one;
    }
    text += line + '\n';
  }
  if (comparison.places.size() > kMostPlaces)
    text += fmt::format("and {} more: see comparison.csv\n", comparison.places.size() - kMostPlaces);
  return text;
}

std::string left_out(std::size_t points, const char* why) {
  return points == 0 ? "" : fmt::format("{} point{} left out: {}\n", points, points == 1 ? "" : "s", why);
}

// How sure the least sure mean is.
double widest_percent(const Comparison& comparison, std::size_t metric) {
  double widest = 0;
  for (const ComparisonCell& cell : comparison.cells)
    if (cell.metric == metric && cell.place && !std::isnan(cell.mean.half_width))
      widest = std::max(widest, 100 * cell.mean.relative_half_width());
  return widest;
}

}  // namespace

std::string comparison_table(const Comparison& comparison, std::size_t metric) {
  const std::string& baseline = comparison.policies[comparison.baseline];
  std::string text = comparison.title + '\n';
  text += fmt::format("{} policies at {} point{}, {} seeds; each mean of {} is known within {:.2g} %\n",
                      comparison.policies.size(), comparison.places.size(), comparison.places.size() == 1 ? "" : "s",
                      comparison.seeds, kComparisonMetrics[metric].name, widest_percent(comparison, metric));
  text += left_out(comparison.one_queue_points, "the device has one queue, and steering no choice");
  text += left_out(comparison.repeated_points, "they are another point with another guest.policy");
  text +=
      fmt::format("in % of {}, paired by seed; significant: p < {} after Holm's correction\n", baseline, kSignificantP);
  text += fmt::format("\nOver all points (geometric mean): {}\n\n{}", how_good(metric),
                      overall_ranking(comparison, metric));
  text += without_promise(comparison);
  if (const std::string seen = detectable_text(comparison, metric); !seen.empty()) text += '\n' + seen;
  text += fmt::format("\nAll metrics over all points; * significant; the second line says what is better\n\n{}",
                      all_metrics(comparison, metric));
  text += fmt::format("\nEach point by {}, in order of the means; * significant; the baseline in brackets\n\n{}",
                      kComparisonMetrics[metric].name, by_place(comparison, metric));
  std::vector<PointState> states;
  for (const ComparisonCell& cell : comparison.cells) states.push_back(cell.state);
  return text + marks_text(states);
}

}  // namespace vqlab

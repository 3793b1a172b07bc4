#include "analysis/compare/pairs.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/percent_text.hpp"
#include "analysis/compare/test_family.hpp"
#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"

namespace vqlab {
namespace {

// All tests of one metric at single places are one family, and those over all places are another.
void adjust(std::vector<PolicyPair>& pairs, std::size_t begin, std::size_t end) {
  std::vector<const ComparisonCell*> cells;
  for (std::size_t i = begin; i < end; ++i) cells.push_back(&pairs[i].cell);
  const std::vector<double> p = adjusted(family_of(cells));
  for (std::size_t i = begin; i < end; ++i) pairs[i].cell.p_holm = p[i - begin];
}

std::string_view pair_verdict(const PolicyPair& pair) {
  const ComparisonCell& cell = pair.cell;
  if (std::isnan(cell.p_holm)) return "unknown";
  if (!cell.significant()) return "not significant";
  return (cell.difference_percent.value > 0) == kComparisonMetrics[cell.metric].more_is_better ? "better" : "worse";
}

}  // namespace

std::vector<PolicyPair> judge_pairs(const Comparison& plan, const ComparedValues& values) {
  const std::size_t policies = plan.policies.size();
  std::vector<Comparison> against;  // by baseline
  Comparison one = plan;
  for (std::size_t baseline = 0; baseline < policies; ++baseline) {
    one.baseline = baseline;
    against.push_back(judge(one, values));
  }
  std::vector<PolicyPair> pairs;
  const auto add = [&](std::size_t metric, std::optional<std::size_t> place) {
    for (std::size_t policy = 1; policy < policies; ++policy)
      for (std::size_t other = 0; other < policy; ++other)
        pairs.push_back({against[other].cell(metric, place, policy), other});
  };
  for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric) {
    const std::size_t overall = pairs.size();
    add(metric, std::nullopt);
    const std::size_t by_place = pairs.size();
    for (std::size_t place = 0; place < plan.places.size(); ++place) add(metric, place);
    adjust(pairs, overall, by_place);
    adjust(pairs, by_place, pairs.size());
  }
  return pairs;
}

std::string pairs_csv(const Comparison& comparison, const std::vector<PolicyPair>& pairs) {
  const std::vector<std::string> axes = axis_names(comparison.places);
  std::vector<std::string> names{"scope", kCurveColumn};
  names.insert(names.end(), axes.begin(), axes.end());
  names.insert(names.end(), {"policy", "against", "metric", "better", "points", "seeds", "difference_percent",
                             "difference_percent_ci95", "p", "p_holm", "significant", "verdict", "state"});
  std::string text = csv_line(names);
  for (const PolicyPair& pair : pairs) {
    const ComparisonCell& cell = pair.cell;
    const Place place = cell.place ? comparison.places[*cell.place] : Place{};
    std::vector<std::string> fields{cell.place ? "point" : "overall", place.curve};
    for (std::string& value : axis_values(place, axes)) fields.push_back(std::move(value));
    const ComparisonMetric& metric = kComparisonMetrics[cell.metric];
    fields.insert(fields.end(),
                  {comparison.policies[cell.policy], comparison.policies[pair.against], std::string(metric.name),
                   metric.more_is_better ? "higher" : "lower", std::to_string(cell.points), std::to_string(cell.pairs),
                   csv_six_digits(cell.difference_percent.value), csv_six_digits(cell.difference_percent.half_width),
                   csv_six_digits(cell.p), csv_six_digits(cell.p_holm), cell.significant() ? "true" : "false",
                   std::string(pair_verdict(pair)), std::string(to_string(cell.state))});
    text += csv_line(fields);
  }
  return text;
}

std::string pairs_table(const Comparison& comparison, const std::vector<PolicyPair>& pairs, std::size_t metric) {
  const std::size_t policies = comparison.policies.size();
  std::vector<std::vector<std::string>> lines{{"policy"}};
  for (std::size_t i = 0; i + 1 < policies; ++i) lines.front().push_back(fmt::format("{}", i + 1));
  std::size_t tests = 0;
  for (std::size_t policy = 0; policy < policies; ++policy) {
    lines.push_back({fmt::format("{} {}", policy + 1, comparison.policies[policy])});
    lines.back().resize(lines.front().size());
  }
  for (const PolicyPair& pair : pairs) {
    const ComparisonCell& cell = pair.cell;
    if (cell.metric != metric || cell.place) continue;
    ++tests;
    lines[cell.policy + 1][pair.against + 1] = std::isnan(cell.difference_percent.value)
                                                   ? "-"
                                                   : percent_text(cell.difference_percent) +
                                                         (cell.significant() ? "*" : " ") +
                                                         std::string(mark_of(cell.state));
  }
  return fmt::format(
      "Each against each over all points: {}, {} is better\nthe row's policy in % of the column's; * significant "
      "after Holm's correction over {} pairs\n\n{}",
      kComparisonMetrics[metric].name, kComparisonMetrics[metric].more_is_better ? "higher" : "lower", tests,
      aligned_table(lines));
}

}  // namespace vqlab

#include "analysis/compare/judge_plausible.hpp"

#include <optional>

namespace vqlab {
namespace {

class PlausibleJudge {
 public:
  PlausibleJudge(const MachineDraws& draws, const PlausibleValues& values, Comparison& comparison)
      : draws_(draws), values_(values), comparison_(comparison) {}

  void judge(std::size_t metric, bool with_flips) {
    for (std::size_t policy = 0; policy < comparison_.policies.size(); ++policy) {
      if (policy == comparison_.baseline) continue;
      std::vector<ShortRuns> places;
      for (std::size_t place = 0; place < comparison_.places.size(); ++place) {
        places.push_back(log_ratios_of(runs(metric, place, policy), runs(metric, place, comparison_.baseline)));
        add(comparison_.cell(metric, place, policy), places.back(), with_flips);
      }
      add(comparison_.cell(metric, std::nullopt, policy), mean_of(places), with_flips);
    }
  }

 private:
  [[nodiscard]] const ShortRuns& runs(std::size_t metric, std::size_t place, std::size_t policy) const {
    return values_.of(kComparisonMetrics[metric].name, place * comparison_.policies.size() + policy);
  }

  void add(ComparisonCell& cell, const ShortRuns& ratios, bool with_flips) const {
    const Estimate nominal = log_of_difference(cell.difference_percent);
    cell.plausible = plausible_difference(ratios, nominal, kComparisonMetrics[cell.metric].more_is_better);
    if (with_flips) cell.flips = find_flips(ratios, nominal, draws_);
  }

  const MachineDraws& draws_;
  const PlausibleValues& values_;
  Comparison& comparison_;
};

}  // namespace

PointList plausible_points(const ComparisonPlan& plan) {
  PointList points;
  for (std::size_t i = 0; i < plan.points.size(); i += plan.comparison.seeds) points.push_back(plan.points[i]);
  return points;
}

std::vector<std::string> compared_quantities() {
  std::vector<std::string> quantities;
  for (const ComparisonMetric& metric : kComparisonMetrics) quantities.emplace_back(metric.name);
  return quantities;
}

void judge_plausible(const MachineDraws& draws, const PlausibleValues& values, std::size_t ranking_metric,
                     Comparison& comparison) {
  comparison.machines = draws.machines();
  comparison.uncertain_parameters = draws.params.size();
  PlausibleJudge judge(draws, values, comparison);
  for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric)
    judge.judge(metric, metric == ranking_metric);
}

}  // namespace vqlab

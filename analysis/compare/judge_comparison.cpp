#include "analysis/compare/judge_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/runs/paired.hpp"
#include "analysis/runs/replications.hpp"

namespace vqlab {
namespace {

class ComparisonJudge {
 public:
  ComparisonJudge(const ComparisonPlan& plan, const PointRows& rows)
      : comparison_(plan.comparison), rows_(rows), points_(plan.points.size()) {}

  Comparison run() {
    for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric) {
      values_ = values_by_point(rows_, points_, kComparisonMetrics[metric].name);
      states_ = states_by_point(rows_, points_);
      const std::size_t overall = comparison_.cells.size();
      for (std::size_t policy = 0; policy < comparison_.policies.size(); ++policy) add_overall(metric, policy);
      const std::size_t by_place = comparison_.cells.size();
      for (std::size_t place = 0; place < comparison_.places.size(); ++place)
        for (std::size_t policy = 0; policy < comparison_.policies.size(); ++policy) add_cell(metric, place, policy);
      adjust(overall, by_place);
      adjust(by_place, comparison_.cells.size());
      for (std::size_t first = overall; first < comparison_.cells.size(); first += comparison_.policies.size())
        rank(first);
    }
    return std::move(comparison_);
  }

 private:
  // By seed.
  [[nodiscard]] std::vector<double> values(std::size_t place, std::size_t policy) const {
    const auto first = values_.begin() +
                       static_cast<std::ptrdiff_t>((place * comparison_.policies.size() + policy) * comparison_.seeds);
    return {first, first + static_cast<std::ptrdiff_t>(comparison_.seeds)};
  }

  [[nodiscard]] PointState state(std::size_t place, std::size_t policy) const {
    PointState worst = PointState::kPrecise;
    for (const std::size_t one : {policy, comparison_.baseline})
      for (std::size_t seed = 0; seed < comparison_.seeds; ++seed)
        worst = std::max(worst, states_[(place * comparison_.policies.size() + one) * comparison_.seeds + seed]);
    return worst;
  }

  void add_tested(ComparisonCell cell, const std::vector<double>& differences) {
    const PairedTest test = paired_test(differences);
    cell.pairs = test.pairs;
    if (cell.policy != comparison_.baseline) {
      cell.difference_percent = test.difference;
      cell.p = test.p;
    }
    comparison_.cells.push_back(cell);
  }

  void add_cell(std::size_t metric, std::size_t place, std::size_t policy) {
    const std::vector<double> own = values(place, policy);
    const std::vector<double> base = values(place, comparison_.baseline);
    std::vector<double> differences;
    for (std::size_t i = 0; i < own.size(); ++i) differences.push_back(difference_percent(own[i], base[i]));
    ComparisonCell cell{.metric = metric, .place = place, .policy = policy, .points = 1};
    cell.mean = mean_of_replications(own);
    cell.state = state(place, policy);
    add_tested(cell, differences);
  }

  // Each seed gives one value for all places together, so that pairs stay pairs.
  void add_overall(std::size_t metric, std::size_t policy) {
    ComparisonCell cell{.metric = metric, .policy = policy};
    std::vector<double> logs(comparison_.seeds, 0.0);
    for (std::size_t place = 0; place < comparison_.places.size(); ++place) {
      std::vector<double> ratios = values(place, policy);
      const std::vector<double> base = values(place, comparison_.baseline);
      for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i] /= base[i];
      if (!std::all_of(ratios.begin(), ratios.end(), [](double r) { return r > 0 && std::isfinite(r); })) continue;
      ++cell.points;
      cell.state = std::max(cell.state, state(place, policy));
      for (std::size_t i = 0; i < ratios.size(); ++i) logs[i] += std::log(ratios[i]);
    }
    std::vector<double> differences(comparison_.seeds, kNoValue);
    if (cell.points > 0)
      for (std::size_t i = 0; i < logs.size(); ++i)
        differences[i] = 100 * std::expm1(logs[i] / static_cast<double>(cell.points));
    add_tested(cell, differences);
  }

  void adjust(std::size_t begin, std::size_t end) {
    std::vector<double> p;
    for (std::size_t i = begin; i < end; ++i) p.push_back(comparison_.cells[i].p);
    const std::vector<double> adjusted = holm(p);
    for (std::size_t i = begin; i < end; ++i) comparison_.cells[i].p_holm = adjusted[i - begin];
  }

  // The policies' cells that begin at `first`. What is unknown comes last.
  void rank(std::size_t first) {
    const std::size_t count = comparison_.policies.size();
    const auto loss = [this](const ComparisonCell& cell) {
      const double change = cell.policy == comparison_.baseline ? 0 : cell.difference_percent.value;
      const double value = cell.place ? cell.mean.value : change;
      if (std::isnan(value)) return HUGE_VAL;
      return kComparisonMetrics[cell.metric].more_is_better ? -value : value;
    };
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < count; ++i) order.push_back(first + i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return loss(comparison_.cells[a]) < loss(comparison_.cells[b]);
    });
    for (std::size_t i = 0; i < count; ++i) comparison_.cells[order[i]].rank = i + 1;
  }

  Comparison comparison_;
  const PointRows& rows_;
  std::size_t points_;
  std::vector<double> values_;      // of one metric, by point
  std::vector<PointState> states_;  // of the same
};

}  // namespace

Comparison judge(const ComparisonPlan& plan, const PointRows& rows) { return ComparisonJudge(plan, rows).run(); }

}  // namespace vqlab

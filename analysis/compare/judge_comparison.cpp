#include "analysis/compare/judge_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/compare/test_family.hpp"
#include "analysis/runs/paired.hpp"

namespace vqlab {
namespace {

class ComparisonJudge {
 public:
  ComparisonJudge(const Comparison& plan, const ComparedValues& compared) : comparison_(plan), compared_(compared) {}

  Comparison run() {
    for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric) {
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
  [[nodiscard]] std::vector<double> values(std::size_t metric, std::size_t place, std::size_t policy) const {
    const auto first = compared_.values[metric].begin() +
                       static_cast<std::ptrdiff_t>((place * comparison_.policies.size() + policy) * comparison_.seeds);
    return {first, first + static_cast<std::ptrdiff_t>(comparison_.seeds)};
  }

  [[nodiscard]] PointState state(std::size_t place, std::size_t policy) const {
    PointState worst = PointState::kPrecise;
    for (const std::size_t one : {policy, comparison_.baseline})
      for (std::size_t seed = 0; seed < comparison_.seeds; ++seed)
        worst =
            std::max(worst, compared_.states[(place * comparison_.policies.size() + one) * comparison_.seeds + seed]);
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
    const std::vector<double> own = values(metric, place, policy);
    const std::vector<double> base = values(metric, place, comparison_.baseline);
    std::vector<double> differences;
    for (std::size_t i = 0; i < own.size(); ++i) differences.push_back(difference_percent(own[i], base[i]));
    ComparisonCell cell{.metric = metric, .place = place, .policy = policy, .points = 1};
    cell.mean = mean_of_replications(own);
    cell.state = state(place, policy);
    add_tested(cell, differences);
    if (kComparisonMetrics[metric].near_one && policy != comparison_.baseline) test_near_one(own, base);
  }

  // Of the last cell. Where a value is 1 there is no logarithm, and the test of the values stays.
  void test_near_one(const std::vector<double>& own, const std::vector<double>& base) {
    std::vector<double> differences;
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (own[i] >= 1 || base[i] >= 1) return;
      differences.push_back(std::log1p(-own[i]) - std::log1p(-base[i]));
    }
    ComparisonCell& cell = comparison_.cells.back();
    const PairedTest test = paired_test(differences);
    // Further from 1 by the logarithm is less; what both do not agree on is no difference.
    const bool agree = test.difference.value * cell.difference_percent.value <= 0;
    cell.p = agree || std::isnan(test.p) ? test.p : 1;
  }

  // Each seed gives one value for all places together, so that pairs stay pairs.
  void add_overall(std::size_t metric, std::size_t policy) {
    ComparisonCell cell{.metric = metric, .policy = policy};
    std::vector<double> logs(comparison_.seeds, 0.0);
    for (std::size_t place = 0; place < comparison_.places.size(); ++place) {
      std::vector<double> ratios = values(metric, place, policy);
      const std::vector<double> base = values(metric, place, comparison_.baseline);
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
    std::vector<const ComparisonCell*> cells;
    for (std::size_t i = begin; i < end; ++i) cells.push_back(&comparison_.cells[i]);
    const std::vector<double> p = adjusted(family_of(cells));
    for (std::size_t i = begin; i < end; ++i) comparison_.cells[i].p_holm = p[i - begin];
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
  const ComparedValues& compared_;
};

}  // namespace

ComparedValues compared_values(const PointRows& rows, std::size_t points) {
  ComparedValues compared;
  compared.values.fill(std::vector<double>(points, kNoValue));
  compared.states.assign(points, PointState::kPrecise);
  for (const PointRow& row : rows) {
    compared.states.at(row.point) = state_of(row);
    for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric)
      compared.values[metric].at(row.point) = row.result.value(kComparisonMetrics[metric].name);
  }
  return compared;
}

Comparison judge(const Comparison& plan, const ComparedValues& values) { return ComparisonJudge(plan, values).run(); }

}  // namespace vqlab

// A comparison: steering policies at the same points, under the same seeds, each held against one of them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/runs/comparison_metrics.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/point_state.hpp"
#include "analysis/runs/run_json.hpp"
#include "analysis/uncertainty/plausible_difference.hpp"
#include "sim/metrics/interval.hpp"

namespace vqlab {

// An adjusted p-value up to this is significant.
inline constexpr double kSignificantP = 0.05;

// One policy by one metric, at one place or over all of them.
struct ComparisonCell {
  std::size_t metric = 0;              // of kComparisonMetrics
  std::optional<std::size_t> place{};  // of Comparison::places; none: over all
  std::size_t policy = 0;              // of Comparison::policies
  std::size_t points = 0;              // places that count: those where both policies have a value under every seed
  std::size_t pairs = 0;               // seeds under which both have a value
  std::size_t rank = 0;                // 1: the best
  Estimate mean{};                     // over the seeds; unknown over all places
  // From the baseline; over all places that of the geometric mean of the ratios. Unknown for the baseline itself.
  Estimate difference_percent{};
  PointState state = PointState::kPrecise;  // of its runs and the baseline's together
  double p = kNoValue;
  double p_holm = kNoValue;  // adjusted over all policies and places, or over all policies, of this metric
  // The smallest differences that would have been significant with a probability of 80 and of 95 %.
  double detectable_percent_80 = kNoValue;
  double detectable_percent_95 = kNoValue;
  std::optional<PlausibleDifference> plausible{};  // from the baseline, on plausible machines; not of the baseline
  std::optional<Flips> flips{};                    // of the metric that is ranked by; nothing: unknown

  [[nodiscard]] bool significant() const { return p_holm <= kSignificantP; }
};

struct Comparison {
  std::string title;
  std::vector<std::string> policies;
  std::size_t baseline = 0;  // of `policies`
  std::size_t seeds = 0;
  std::vector<Place> places;             // whatever the policy
  std::size_t one_queue_points = 0;      // left out: steering has no choice there
  std::size_t repeated_points = 0;       // left out: they differ from another in nothing but their policy
  std::size_t machines = 0;              // plausible ones on which they were compared as well
  std::size_t uncertain_parameters = 0;  // in which these differ
  // Metric by metric; over all places, then place by place; policy by policy.
  std::vector<ComparisonCell> cells;

  [[nodiscard]] const ComparisonCell& cell(std::size_t metric, std::optional<std::size_t> place,
                                           std::size_t policy) const {
    return cells[position(metric, place, policy)];
  }
  [[nodiscard]] ComparisonCell& cell(std::size_t metric, std::optional<std::size_t> place, std::size_t policy) {
    return cells[position(metric, place, policy)];
  }

 private:
  [[nodiscard]] std::size_t position(std::size_t metric, std::optional<std::size_t> place, std::size_t policy) const {
    return (metric * (places.size() + 1) + (place ? *place + 1 : 0)) * policies.size() + policy;
  }
};

// "better", "worse" or "not significant"; "baseline" for the baseline, "unknown" where there is no test.
[[nodiscard]] std::string_view verdict(const Comparison& comparison, const ComparisonCell& cell);

// comparison.csv: one row for each cell, in their order; 6 digits, NaN blank.
[[nodiscard]] std::string comparison_csv(const Comparison& comparison);

// flips.csv: where verdicts turn, a row for each parameter that can turn one.
[[nodiscard]] std::string flips_csv(const Comparison& comparison);

// comparison.json: the layout of run.json, and what was compared with what; `pairs`: each with each other one.
[[nodiscard]] nlohmann::ordered_json comparison_json(const RunRecord& record, const Comparison& comparison, bool pairs);

// For a terminal of 100 columns: the ranking by `metric` over all places, all metrics, and the ranking at each place.
[[nodiscard]] std::string comparison_table(const Comparison& comparison, std::size_t metric);

// The same for plausible machines: each policy's verdict over all places and at each of them, and what turns it.
[[nodiscard]] std::string plausible_table(const Comparison& comparison, std::size_t metric);

}  // namespace vqlab

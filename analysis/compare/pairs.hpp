// Each policy of a comparison held against each other one.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/compare/judge_comparison.hpp"

namespace vqlab {

// One policy against another that stands before it in the list.
struct PolicyPair {
  ComparisonCell cell;      // with its difference from `against`; p_holm over all pairs, and places, of its metric
  std::size_t against = 0;  // of Comparison::policies
};

// Metric by metric; over all places, then place by place; pair by pair.
[[nodiscard]] std::vector<PolicyPair> judge_pairs(const Comparison& plan, const ComparedValues& values);

// pairs.csv: one row for each pair, in their order; 6 digits, NaN blank.
[[nodiscard]] std::string pairs_csv(const Comparison& comparison, const std::vector<PolicyPair>& pairs);

// Over all places by one metric of kComparisonMetrics.
[[nodiscard]] std::string pairs_table(const Comparison& comparison, const std::vector<PolicyPair>& pairs,
                                      std::size_t metric);

}  // namespace vqlab

// Which policy is the best for what, and which are as good as can be told.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/compare/pairs.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"

namespace vqlab {

// One policy beside the best one.
struct BestRival {
  std::size_t policy = 0;
  Estimate difference_percent{};  // from the best
  double p_holm = kNoValue;       // of the two as a pair: corrected over all pairs
  std::optional<PlausibleDifference> plausible{};

  // The difference may be chance.
  [[nodiscard]] bool within_noise() const { return !(p_holm <= kSignificantP); }
  // The costs that nobody knows may turn it: there are machines on which it is not behind, one in twenty or more.
  [[nodiscard]] bool within_model() const {
    return plausible && plausible->machines > 0 && 20 * plausible->behind <= 19 * plausible->machines;
  }
};

struct BestFor {
  std::size_t metric = 0;
  std::optional<std::size_t> place{};  // none: over all
  std::size_t best = 0;                // of Comparison::policies
  std::vector<BestRival> rivals;       // the others whose difference is known, by rank
};

// By metric, over all places and then at each. `pairs`: all of judge_pairs(). What has no best is left out.
[[nodiscard]] std::vector<BestFor> find_best(const Comparison& comparison, const ComparedValues& values,
                                             const std::vector<PolicyPair>& pairs);

// Adds what plausible machines say; `values` are those of plausible_points().
void add_plausible(const PlausibleValues& values, const Comparison& comparison, std::vector<BestFor>& best);

// best_for.csv: a row for each policy at each place, by metric; 6 digits, NaN blank.
[[nodiscard]] std::string best_for_csv(const Comparison& comparison, const std::vector<BestFor>& best);

// Over all places: by metric the best, and which are within noise and within the model of it.
[[nodiscard]] nlohmann::ordered_json best_for_json(const Comparison& comparison, const std::vector<BestFor>& best);

// The same for a terminal of 100 columns.
[[nodiscard]] std::string best_for_table(const Comparison& comparison, const std::vector<BestFor>& best);

// trade_offs.csv: for each metric but the first, and each policy: by which other policy it is dominated, if by any:
// one that is significantly better in the first metric or in this one, and in the other not significantly worse.
[[nodiscard]] std::string trade_offs_csv(const Comparison& comparison, const std::vector<PolicyPair>& pairs);

}  // namespace vqlab

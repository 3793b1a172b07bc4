// Comparisons in which no policy differs from another: how often the verdicts are false.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/compare/judge_comparison.hpp"

namespace vqlab {

// So many seeds a tournament may have; those for which the pool is large enough are played.
inline constexpr std::array<std::size_t, 3> kTournamentSeeds{3, 5, 10};
// A pool has seeds for at least so many tournaments that share none.
inline constexpr std::size_t kFewestTournaments = 4;

// Of all tournaments of one policy against itself, by one metric.
struct FalseAlarms {
  std::size_t policy = 0;  // of Comparison::policies; all of a tournament are this one
  std::size_t metric = 0;  // of kComparisonMetrics
  bool overall = false;    // over all places, else at each of them
  std::size_t seeds = 0;   // of a tournament
  std::size_t tournaments = 0;
  std::size_t alarmed = 0;      // of them: at least one difference is called significant
  std::size_t comparisons = 0;  // tested in all of them
  std::size_t below = 0;        // of them: p up to 0.05 before Holm's correction
};

// The most seeds of a tournament that a pool of so many allows; 0 if it allows none.
[[nodiscard]] std::size_t most_tournament_seeds(std::size_t pool_seeds, std::size_t policies);

// `count` tournaments for each policy and number of seeds. The seeds of the plan are the pool: they are shuffled, and
// dealt so that each policy of a tournament has seeds of its own; all places of a tournament have the same. When they
// are used up they are shuffled anew, as `seed` decides. judge() then says what it says of any comparison.
[[nodiscard]] std::vector<FalseAlarms> null_tournaments(const Comparison& plan, const ComparedValues& values,
                                                        std::uint64_t seed, std::size_t count);

// null_tournaments.csv: a row for each of them.
[[nodiscard]] std::string false_alarms_csv(const Comparison& comparison, const std::vector<FalseAlarms>& alarms);

// For a terminal of 100 columns: in how many % of the tournaments a difference is called significant.
[[nodiscard]] std::string false_alarms_table(const Comparison& comparison, const std::vector<FalseAlarms>& alarms);

}  // namespace vqlab

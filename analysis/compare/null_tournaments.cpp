#include "analysis/compare/null_tournaments.hpp"

#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

#include "analysis/app/aligned_table.hpp"
#include "analysis/runs/csv.hpp"
#include "models/base/ensure.hpp"
#include "models/base/rng.hpp"

namespace vqlab {
namespace {

class Tournaments {
 public:
  Tournaments(const Comparison& plan, const ComparedValues& pool, std::size_t policy, std::uint64_t seed)
      : plan_(plan), pool_(pool), policy_(policy), random_(seed, "compare/null tournaments"), next_(plan.seeds) {
    order_.resize(plan.seeds);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
  }

  std::vector<FalseAlarms> play(std::size_t seeds, std::size_t count) {
    std::vector<FalseAlarms> alarms;
    for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric)
      for (const bool overall : {false, true})
        alarms.push_back({.policy = policy_, .metric = metric, .overall = overall, .seeds = seeds});
    Comparison tournament = plan_;
    tournament.seeds = seeds;
    for (std::size_t i = 0; i < count; ++i) note(judge(tournament, dealt(seeds)), alarms);
    return alarms;
  }

 private:
  // Each policy's values are those of other seeds.
  ComparedValues dealt(std::size_t seeds) {
    const std::size_t needed = seeds * plan_.policies.size();
    if (next_ + needed > order_.size()) shuffle();
    ComparedValues values;
    for (std::size_t place = 0; place < plan_.places.size(); ++place)
      for (std::size_t i = 0; i < needed; ++i) {
        const std::size_t at = (place * plan_.policies.size() + policy_) * plan_.seeds + order_[next_ + i];
        values.states.push_back(pool_.states[at]);
        for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric)
          values.values[metric].push_back(pool_.values[metric][at]);
      }
    next_ += needed;
    return values;
  }

  void shuffle() {
    for (std::size_t i = order_.size(); i > 1; --i)
      std::swap(order_[i - 1], order_[below(static_cast<std::uint32_t>(i), random_.next32())]);
    next_ = 0;
  }

  static void note(const Comparison& judged, std::vector<FalseAlarms>& alarms) {
    std::vector<bool> alarmed(alarms.size());
    for (const ComparisonCell& cell : judged.cells) {
      if (std::isnan(cell.p)) continue;
      const std::size_t at = 2 * cell.metric + (cell.place ? 0 : 1);
      ++alarms[at].comparisons;
      if (cell.p <= kSignificantP) ++alarms[at].below;
      if (cell.significant()) alarmed[at] = true;
    }
    for (std::size_t i = 0; i < alarms.size(); ++i) {
      ++alarms[i].tournaments;
      if (alarmed[i]) ++alarms[i].alarmed;
    }
  }

  const Comparison& plan_;
  const ComparedValues& pool_;
  std::size_t policy_;
  RandomStream random_;
  std::vector<std::size_t> order_;  // of the seeds
  std::size_t next_;                // in it
};

double share_percent(std::size_t some, std::size_t all) {
  return all == 0 ? kNoValue : 100 * static_cast<double>(some) / static_cast<double>(all);
}

}  // namespace

std::size_t most_tournament_seeds(std::size_t pool_seeds, std::size_t policies) {
  std::size_t most = 0;
  for (const std::size_t seeds : kTournamentSeeds)
    if (kFewestTournaments * seeds * policies <= pool_seeds) most = seeds;
  return most;
}

std::vector<FalseAlarms> null_tournaments(const Comparison& plan, const ComparedValues& values, std::uint64_t seed,
                                          std::size_t count) {
  const std::size_t most = most_tournament_seeds(plan.seeds, plan.policies.size());
  ensure(most > 0, "the pool is large enough for a tournament");
  std::vector<FalseAlarms> alarms;
  for (std::size_t policy = 0; policy < plan.policies.size(); ++policy) {
    Tournaments tournaments(plan, values, policy, seed);
    for (const std::size_t seeds : kTournamentSeeds) {
      if (seeds > most) continue;
      const std::vector<FalseAlarms> more = tournaments.play(seeds, count);
      alarms.insert(alarms.end(), more.begin(), more.end());
    }
  }
  return alarms;
}

std::string false_alarms_csv(const Comparison& comparison, const std::vector<FalseAlarms>& alarms) {
  std::string text = csv_line({"policy", "scope", "metric", "seeds", "policies", "points", "tournaments", "alarmed",
                               "alarmed_percent", "comparisons", "below_percent"});
  for (const FalseAlarms& one : alarms)
    text += csv_line({comparison.policies[one.policy], one.overall ? "overall" : "point",
                      std::string(kComparisonMetrics[one.metric].name), std::to_string(one.seeds),
                      std::to_string(comparison.policies.size()), std::to_string(comparison.places.size()),
                      std::to_string(one.tournaments), std::to_string(one.alarmed),
                      csv_six_digits(share_percent(one.alarmed, one.tournaments)), std::to_string(one.comparisons),
                      csv_six_digits(share_percent(one.below, one.comparisons))});
  return text;
}

std::string false_alarms_table(const Comparison& comparison, const std::vector<FalseAlarms>& alarms) {
  std::vector<std::vector<std::string>> lines{{"policy", "seeds", "significant"}};
  for (const ComparisonMetric& metric : kComparisonMetrics) lines.front().emplace_back(metric.heading);
  for (std::size_t first = 0; first < alarms.size(); first += 2 * kComparisonMetrics.size())
    for (const std::size_t overall : {0u, 1u}) {
      const FalseAlarms& one = alarms[first];
      lines.push_back(
          {comparison.policies[one.policy], std::to_string(one.seeds), overall ? "over all" : "at a point"});
      for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric) {
        const FalseAlarms& cell = alarms[first + 2 * metric + overall];
        lines.back().push_back(
            cell.comparisons == 0 ? "-" : fmt::format("{:.1f}", share_percent(cell.alarmed, cell.tournaments)));
      }
    }
  return fmt::format(
             "{} null tournaments of each policy: {} times itself at {} points, each time under other seeds;\nin how "
             "many % of them some difference is called significant, where 5 % are promised\n\n",
             alarms.front().tournaments, comparison.policies.size(), comparison.places.size()) +
         aligned_table(lines);
}

}  // namespace vqlab

// What is best for what, how often verdicts are false, and what would have been seen, of made-up results.
#include "analysis/compare/best_for.hpp"

#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/compare/detectable.hpp"
#include "analysis/compare/null_tournaments.hpp"
#include "analysis/runs/paired.hpp"
#include "analysis/runs/power.hpp"
#include "models/base/rng.hpp"

namespace vqlab {
namespace {

using testing::HasSubstr;

constexpr std::size_t kOfP99 = 1;

// Value by metric, policy and seed, the same at every place.
using MadeUp = std::function<double(std::size_t metric, std::size_t policy, std::size_t seed)>;

Comparison plan_of(std::size_t policies, std::size_t places, std::size_t seeds) {
  Comparison plan;
  for (std::size_t policy = 0; policy < policies; ++policy) plan.policies.push_back("p" + std::to_string(policy));
  for (std::size_t place = 0; place < places; ++place)
    plan.places.push_back({"c", {{"targets", std::to_string(place + 1)}, {"vcpus", "4"}}});
  plan.seeds = seeds;
  return plan;
}

ComparedValues values_of(const Comparison& plan, const MadeUp& value) {
  ComparedValues compared;
  for (std::size_t place = 0; place < plan.places.size(); ++place)
    for (std::size_t policy = 0; policy < plan.policies.size(); ++policy)
      for (std::size_t seed = 0; seed < plan.seeds; ++seed) {
        compared.states.push_back(PointState::kPrecise);
        for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric)
          compared.values[metric].push_back(value(metric, policy, seed));
      }
  return compared;
}

// Four policies under five seeds. Bandwidth: 1 and 2 are ahead by 10 % and by 10.1 % with scatter that hides the
// difference of both. p99: the baseline and 3 are lower by 20 %. Policy 3 is 5 % behind the baseline in bandwidth.
double trade(std::size_t metric, std::size_t policy, std::size_t seed) {
  const double scatter = 1 + 0.001 * static_cast<double>((seed * (policy + 1)) % 5);
  if (metric == 0) return scatter * (policy == 1 ? 110 : policy == 2 ? 110.1 : policy == 3 ? 95 : 100);
  if (metric == kOfP99) return scatter * (policy == 1 || policy == 2 ? 120 : 100);
  return kNoValue;
}

class BestForTest : public testing::Test {
 protected:
  BestForTest() : plan_(plan_of(4, 2, 5)), values_(values_of(plan_, trade)) {
    comparison_ = judge(plan_, values_);
    pairs_ = judge_pairs(plan_, values_);
    best_ = find_best(comparison_, values_, pairs_);
  }

  Comparison plan_;
  ComparedValues values_;
  Comparison comparison_;
  std::vector<PolicyPair> pairs_;
  std::vector<BestFor> best_;
};

TEST_F(BestForTest, TheBestAndWhatIsWithinNoiseOfIt) {
  ASSERT_EQ(best_.size(), 2u * 3);  // two metrics are known; over all places and at two
  const BestFor& bandwidth = best_.front();
  EXPECT_FALSE(bandwidth.place);
  EXPECT_EQ(bandwidth.best, 2u);
  ASSERT_EQ(bandwidth.rivals.size(), 3u);
  EXPECT_EQ(bandwidth.rivals[0].policy, 1u);
  EXPECT_TRUE(bandwidth.rivals[0].within_noise());
  EXPECT_EQ(bandwidth.rivals[1].policy, 0u);
  EXPECT_NEAR(bandwidth.rivals[1].difference_percent.value, 100 * (100 / 110.1 - 1), 0.2);
  EXPECT_FALSE(bandwidth.rivals[1].within_noise());
  EXPECT_FALSE(bandwidth.rivals[0].within_model());  // nobody asked plausible machines

  const auto json = best_for_json(comparison_, best_);
  EXPECT_EQ(json["bandwidth_mib_per_s"]["within_noise"].dump(), R"(["p1"])");
  EXPECT_FALSE(json["bandwidth_mib_per_s"].contains("within_model"));
  EXPECT_THAT(best_for_table(comparison_, best_), HasSubstr("bandwidth (higher): p2; within noise: p1 "));
  EXPECT_THAT(best_for_csv(comparison_, best_), HasSubstr("\noverall,,,,bandwidth_mib_per_s,higher,p2,1,p2,,,,true\n"));
}

TEST_F(BestForTest, OnPlausibleMachinesTheModelMayTurnIt) {
  std::vector<PointRow> rows;
  const std::size_t machines = 20;
  // Policy 0 is 30 % ahead of policy 2 on every tenth machine, and behind on the others; the others are behind on all.
  for (std::uint32_t machine = 0; machine < machines; ++machine)
    for (std::uint32_t cell = 0; cell < 8; ++cell) {
      const std::size_t policy = cell % 4;
      PointRow row;
      row.point = machine * 8 + cell;
      row.result.quantities = {{"bandwidth_mib_per_s",
                                policy == 2                        ? 100.
                                : policy == 0 && machine % 10 == 0 ? 130.
                                                                   : 80.,
                                1}};
      rows.push_back(row);
    }
  std::vector<std::string> names;
  for (const ComparisonMetric& metric : kComparisonMetrics) names.emplace_back(metric.name);
  comparison_.machines = machines;
  add_plausible(PlausibleValues(rows, 8, machines, names), comparison_, best_);
  const BestFor& bandwidth = best_.front();
  EXPECT_FALSE(bandwidth.rivals[0].within_model());  // policy 1
  EXPECT_EQ(bandwidth.rivals[1].plausible->behind, 18u);
  EXPECT_TRUE(bandwidth.rivals[1].within_model());
  EXPECT_THAT(best_for_table(comparison_, best_), HasSubstr("within the model: p0 (behind in 18 of 20)"));
}

TEST_F(BestForTest, WhoIsDominated) {
  const std::string csv = trade_offs_csv(comparison_, pairs_);
  EXPECT_THAT(csv, HasSubstr("latency_p99_us,p0,\n"));    // the least p99
  EXPECT_THAT(csv, HasSubstr("latency_p99_us,p1,\n"));    // the most bandwidth, within noise
  EXPECT_THAT(csv, HasSubstr("latency_p99_us,p3,p0\n"));  // the same p99, and less bandwidth
}

TEST_F(BestForTest, WhatWouldHaveBeenSeen) {
  add_detectable(comparison_);
  // Against the baseline policies 1 and 2 are found at every place, and 3, too: all are significant in bandwidth.
  const ComparisonCell& found = comparison_.cell(0, std::nullopt, 1);
  const double error = found.difference_percent.half_width / student_t_975(4);
  EXPECT_NEAR(t_test_power(found.detectable_percent_95 / error, 4, 0.05), 0.95, 1e-6);  // the two others are found
  EXPECT_NEAR(t_test_power(found.detectable_percent_80 / error, 4, 0.05), 0.80, 1e-6);
  EXPECT_EQ(detectable_text(comparison_, 0), "");
  EXPECT_THAT(detectable_text(comparison_, kOfP99), HasSubstr("with 95 % power"));  // policy 3 is level
}

TEST(Detectable, RunsThatAreIdenticalSayNothing) {
  const Comparison plan = plan_of(2, 1, 5);
  Comparison same = judge(plan, values_of(plan, [](auto, auto, std::size_t seed) { return 100 + double(seed); }));
  add_detectable(same);
  EXPECT_FALSE(std::isnan(same.cell(0, std::nullopt, 1).p));
  EXPECT_TRUE(std::isnan(same.cell(0, std::nullopt, 1).detectable_percent_95));
  EXPECT_EQ(detectable_percent(same.cell(0, std::nullopt, 1).detectable_percent_95), "-");
  EXPECT_EQ(detectable_text(same, 0), "");
}

double normal(RandomStream& random) {  // Box and Muller
  const double u = (random.next32() + 0.5) / 4294967296.0;
  const double v = random.next32() / 4294967296.0;
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * M_PI * v);
}

// Values without any difference: of 250 tournaments 5 % are alarmed, within three standard errors. Without Holm's
// correction it would be half of them.
TEST(NullTournaments, FalseAlarmsAreAsRareAsPromised) {
  RandomStream random(5, "null");
  const Comparison plan = plan_of(2, 14, 200);
  const ComparedValues values =
      values_of(plan, [&random](std::size_t, std::size_t, std::size_t) { return 100 + normal(random); });
  const std::vector<FalseAlarms> alarms = null_tournaments(plan, values, 1, 250);
  ASSERT_EQ(alarms.size(), 2 * kTournamentSeeds.size() * 2 * kComparisonMetrics.size());
  double alarmed = 0;
  double below = 0;
  double tested = 0;
  for (const FalseAlarms& one : alarms) {
    EXPECT_EQ(one.tournaments, 250u);
    alarmed += static_cast<double>(one.alarmed) / 250 / static_cast<double>(alarms.size());
    below += static_cast<double>(one.below);
    tested += static_cast<double>(one.comparisons);
  }
  EXPECT_NEAR(alarmed, 0.05, 0.014);
  EXPECT_NEAR(below / tested, 0.05, 0.007);
  EXPECT_THAT(false_alarms_table(plan, alarms), HasSubstr("250 null tournaments of each policy: 2 times itself at 14"));
}

TEST(NullTournaments, WhatIsDealtIsThePolicyItself) {
  const Comparison plan = plan_of(2, 1, 40);
  const ComparedValues values = values_of(plan, [](std::size_t, std::size_t policy, std::size_t seed) {
    return (policy == 0 ? 100.0 : 200.0) + static_cast<double>(seed) / 100;
  });
  // Policy against policy differs by a factor of two: were they mixed, every tournament would be alarmed.
  for (const FalseAlarms& one : null_tournaments(plan, values, 1, 200)) EXPECT_LT(one.alarmed, 40u);
}

TEST(NullTournaments, APoolHasSeedsForFourTournaments) {
  EXPECT_EQ(most_tournament_seeds(23, 2), 0u);
  EXPECT_EQ(most_tournament_seeds(24, 2), 3u);
  EXPECT_EQ(most_tournament_seeds(80, 2), 10u);
}

}  // namespace
}  // namespace vqlab

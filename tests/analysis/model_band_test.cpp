// Chance taken out of what many machines say, what is regressed on their parameters, and what is said of it.
#include "analysis/uncertainty/model_band.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/uncertainty/linear_fit.hpp"
#include "analysis/uncertainty/plausible_difference.hpp"
#include "analysis/uncertainty/short_runs.hpp"
#include "models/base/rng.hpp"

namespace vqlab {
namespace {

// The sum of twelve uniform numbers less six: normal enough, with a variance of 1.
class NormalNumbers {
 public:
  explicit NormalNumbers(const char* name) : random_(1, name) {}
  double next() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random_.next32()) / 4294967296.0;
    return sum;
  }

 private:
  RandomStream random_;
};

// Seeds scatter by 0.3, which no run of its own knows; machines differ by 0.4 beside it.
TEST(WithoutChance, LeavesTheVarianceOfTheModel) {
  NormalNumbers model("model");
  NormalNumbers chance("chance");
  ShortRuns logs;
  for (int i = 0; i < 4000; ++i) logs.machines.push_back(10 + 0.4 * model.next() + 0.3 * chance.next());
  for (int i = 0; i < 4000; ++i) logs.own.push_back(0.3 * chance.next());
  double variance = 0;
  for (const double value : without_chance(logs).known()) variance += (value - 10) * (value - 10) / 4000;
  EXPECT_NEAR(variance, 0.16, 0.015);  // 0.25 and 0.09 are known within 2.2 %, that is 0.006 and 0.002
}

TEST(WithoutChance, LeavesTheMeanAloneWhereChanceExplainsAll) {
  EXPECT_THAT(without_chance({{1, 2, 3}, {0, 2}}).logs, testing::ElementsAre(2, 2, 2));
  EXPECT_THAT(without_chance({{1, 2, 3}, {0, 0}}).logs, testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(without_chance({{1, 2, 3}, {}}).logs, testing::ElementsAre(1, 2, 3));
}

TEST(WithoutChance, SaysHowFarChanceMayHaveMovedAll) {
  const ModelSpread spread = without_chance({{1, 2, 3, kNoValue}, {0, 2, kNoValue}});
  EXPECT_DOUBLE_EQ(spread.middle_sd, std::sqrt(2.0 / 3 + 2.0 / 2));  // a variance of 2, of three and of two runs
  EXPECT_TRUE(std::isnan(spread.logs[3]));
  EXPECT_THAT(spread.known(), testing::ElementsAre(2, 2, 2));
}

TEST(SetOn, MovesTheStudysOwnMachineToItsLongRuns) {
  const ShortRuns moved = set_on({{1, kNoValue, 3}, {0, 1}}, {5, 0.1});
  EXPECT_DOUBLE_EQ(moved.machines[0], 5.5);
  EXPECT_TRUE(std::isnan(moved.machines[1]));
  EXPECT_THAT(moved.own, testing::ElementsAre(4.5, 5.5));
  for (const Estimate& unknown : {Estimate{}, Estimate{5, kNoValue}})
    EXPECT_EQ(set_on({{1, 2}, {0, 1}}, unknown).machines, (std::vector<double>{1, 2}));
  EXPECT_EQ(set_on({{1, 2}, {kNoValue}}, {5, 0.1}).machines, (std::vector<double>{1, 2}));
}

TEST(Quantile, IsLinearBetweenNeighbours) {
  EXPECT_DOUBLE_EQ(quantile({4, 1, 3, 2, 5}, 0.5), 3);
  EXPECT_DOUBLE_EQ(quantile({0, 10}, 0.95), 9.5);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
}

// `runs` machines and as many runs of the study's own one, all alike.
ShortRuns alike(std::size_t runs, double value) {
  return {std::vector<double>(runs, value), std::vector<double>(runs, value)};
}

TEST(ModelBand, IsWidenedByWhatTheModelMisses) {
  const ModelBand band = model_band(alike(20, 100), {}, 10);
  EXPECT_NEAR(band.low, 100 * std::exp(-0.1645), 0.01);  // 1.645 standard deviations of the logarithm
  EXPECT_NEAR(band.high, 100 * std::exp(0.1645), 0.01);
  EXPECT_NEAR(model_band(alike(20, 100), {}, 0).width_percent(), 0, 1e-9);
}

TEST(ModelBand, StandsOnTheLongRuns) {
  const ModelBand band = model_band(alike(20, 100), {90, 1}, 10);
  EXPECT_NEAR(band.middle, 90, 1e-9);
  EXPECT_NEAR(band.high, 90 * std::exp(0.1645), 0.01);
}

// All scatter is chance: the band is no wider than what it leaves of the means of 100 and 100, but it is not a point.
TEST(ModelBand, IsNeverNarrowerThanItsMiddleIsKnown) {
  ShortRuns runs;
  for (int i = 0; i < 100; ++i)
    for (std::vector<double>* const values : {&runs.machines, &runs.own})
      values->push_back(100 + (i % 2 == 0 ? 1.0 : -1.0));
  const ModelBand band = model_band(runs, {}, 0);
  EXPECT_NEAR(band.low, 100 - 1.645 * std::sqrt(2) / 10, 0.01);
  EXPECT_NEAR(band.high, 100 + 1.645 * std::sqrt(2) / 10, 0.01);
}

TEST(ModelBand, MissesTheStudysOwnMachineWhereItsWholeIntervalIsOutside) {
  const ModelBand band{90, 100, 110};
  EXPECT_TRUE(is_missed_by({115, 4}, band));
  EXPECT_TRUE(is_missed_by({85, 4}, band));
  EXPECT_FALSE(is_missed_by({115, 6}, band));
  EXPECT_FALSE(is_missed_by({kNoValue, 1}, band));
  EXPECT_FALSE(is_missed_by({115, 4}, {}));
}

TEST(ModelBand, LeavesOutWhatHasNoValueAndTakesZeroesAsTheyAre) {
  EXPECT_EQ(model_band({{2, kNoValue, 2}, {2, 2}}, {}, 0).middle, 2);
  EXPECT_EQ(model_band({{0, 0, 1}, {0, 0}}, {5, 1}, 0).middle, 0);
  EXPECT_TRUE(std::isnan(model_band({{kNoValue}, {kNoValue}}, {5, 1}, 0).low));
}

// y = 1 + 2 a - b, and noise.
struct LinearToy {
  std::vector<std::vector<double>> x{2};
  std::vector<double> y;
};

LinearToy linear_toy(double noise) {
  NormalNumbers a("a");
  NormalNumbers b("b");
  NormalNumbers e("e");
  LinearToy made;
  for (int i = 0; i < 200; ++i) {
    made.x[0].push_back(a.next());
    made.x[1].push_back(b.next());
    made.y.push_back(1 + 2 * made.x[0].back() - made.x[1].back() + noise * e.next());
  }
  return made;
}

TEST(LinearFit, FindsWhatALineIsMadeOf) {
  const LinearToy exact = linear_toy(0);
  const auto fit = fit_linear(exact.x, exact.y, 1);
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(fit->at_origin, 1, 1e-9);
  EXPECT_NEAR(fit->slopes[0], 2, 1e-9);
  EXPECT_NEAR(fit->slopes[1], -1, 1e-9);
  EXPECT_NEAR(fit->r2, 1, 1e-9);
}

TEST(LinearFit, SaysNothingOfTooFewObservations) {
  EXPECT_FALSE(fit_linear({{1, 2, 3}}, {1, 2, 3}, 1).has_value());
  const std::vector<double> twenty(20, 1.0);
  EXPECT_FALSE(fit_linear({twenty}, twenty, 1).has_value()) << "a variable that does not vary";
}

TEST(FirstOrderIndices, AreSharesOfTheVariance) {
  const LinearToy noisy = linear_toy(1);
  const auto fit = fit_linear(noisy.x, noisy.y, 1);
  ASSERT_TRUE(fit.has_value());
  const auto indices = first_order_indices(*fit, noisy.x, noisy.y, {{1, 0}, {0, 1}});
  // 4 and 1 of a variance of 6, each known within some 5 % of it.
  EXPECT_NEAR(indices[0].value, 4.0 / 6, 0.12);
  EXPECT_NEAR(indices[1].value, 1.0 / 6, 0.08);
  EXPECT_NEAR(fit->r2, 5.0 / 6, 0.05);
  EXPECT_GT(indices[0].error, 0.005);
  EXPECT_LT(indices[0].error, 0.1);
}

TEST(FirstOrderIndices, CountWhatAParameterSaysOfTheOthers) {
  const LinearToy exact = linear_toy(0);
  const auto fit = fit_linear(exact.x, exact.y, 1);
  ASSERT_TRUE(fit.has_value());
  // If both were the same number, y would be 1 + a: each would say all, in units of the variance of these draws.
  const auto indices = first_order_indices(*fit, exact.x, exact.y, {{1, 1}, {1, 1}});
  EXPECT_NEAR(indices[0].value, 1.0 / 5, 0.06);
  EXPECT_NEAR(indices[1].value, indices[0].value, 1e-9);
}

TEST(Crossing, IsWhereTheSignChanges) {
  const LinearToy noisy = linear_toy(0.5);
  const auto fit = fit_linear(noisy.x, noisy.y, 1);
  ASSERT_TRUE(fit.has_value());
  const auto at = crossing(*fit, 0, -3, 3);
  ASSERT_TRUE(at.has_value());
  EXPECT_NEAR(at->at, -0.5, 0.1);  // 1 + 2 a = 0
  EXPECT_LT(at->low, at->at);
  EXPECT_GT(at->high, at->at);
  EXPECT_LT(at->high - at->low, 0.3);
  EXPECT_FALSE(crossing(*fit, 0, -0.3, 3).has_value()) << "outside the range";
}

TEST(Crossing, NeedsASlope) {
  LinearToy noisy = linear_toy(1);
  NormalNumbers other("other");
  noisy.x.emplace_back();
  for (std::size_t i = 0; i < noisy.y.size(); ++i) noisy.x.back().push_back(other.next());
  const auto fit = fit_linear(noisy.x, noisy.y, 1);
  ASSERT_TRUE(fit.has_value());
  EXPECT_FALSE(crossing(*fit, 2, -1e9, 1e9).has_value());
}

// 100 machines whose gains are 0 to 9.9 %, and 100 runs of the study's own whose logarithms have this variance.
ShortRuns machine_gains(double from, double chance) {
  ShortRuns ratios;
  for (int i = 0; i < 100; ++i) {
    ratios.machines.push_back(std::log1p((from + 0.1 * i) / 100));
    ratios.own.push_back(std::sqrt(0.99 * chance) * (i % 2 == 0 ? 1 : -1));
  }
  return ratios;
}

TEST(PlausibleDifference, CountsMachines) {
  const PlausibleDifference one = plausible_difference(machine_gains(-0.752, 0), {}, true);
  EXPECT_EQ(one.machines, 100u);
  EXPECT_EQ(one.ahead, 92u);  // -0.752, -0.652 ... -0.052 are behind
  EXPECT_EQ(one.behind, 8u);
  EXPECT_NEAR(one.gain_percent.low, -0.752 + 0.495, 0.001);
  EXPECT_EQ(difference_words(one), "ahead in 92 and behind in 8 of 100 plausible machines, from -0.26 to +8.7 %");
  EXPECT_EQ(difference_words(plausible_difference(machine_gains(-0.752, 0), {}, false)),
            "behind in 92 and ahead in 8 of 100 plausible machines, from -8.7 to +0.26 %");
  EXPECT_EQ(difference_words(plausible_difference(machine_gains(-0.252, 0), {}, false)),
            "behind in 97 of 100 plausible machines, by 0.24 to 9.2 %");
  EXPECT_EQ(difference_words(plausible_difference(machine_gains(4, 0), {}, true)),
            "ahead in 100 of 100 plausible machines, by 4.5 to 13 %");
  // All scatter is chance, but the mean stands out of it.
  EXPECT_EQ(difference_words(plausible_difference(machine_gains(4, 0.0009), {}, true)),
            "ahead in 100 of 100 plausible machines, by 8.2 to 9.7 %");
}

TEST(PlausibleDifference, CallsLevelWhatChanceLeavesOpen) {
  // Chance explains all the scatter of 2.9 %: 1.96 times 3 % times the root of 2 in 100 is 0.83 %, of the logarithm.
  PlausibleDifference one = plausible_difference(machine_gains(-4.9, 0.0009), {}, true);
  EXPECT_EQ(one.ahead + one.behind, 0u);
  EXPECT_NEAR(one.resolution_percent, 0.835, 0.005);
  EXPECT_EQ(difference_words(one), "level in 100 of 100 plausible machines, within 0.84 %");
  EXPECT_EQ(difference_words({}), "unknown");
  // Most are level, but not so many that the others may be left out.
  one = {.machines = 30, .unknown = 2, .ahead = 9, .behind = 10, .gain_percent = {-2.6, 0, 2}};
  EXPECT_EQ(
      difference_words(one),
      "level in 11, ahead in 9 and behind in 10 of 30 plausible machines (2 more have no value), from -2.6 to +2 %");
  one = {.machines = 30, .ahead = 30, .gain_percent = {-0.1, 5, 10}};
  EXPECT_EQ(difference_words(one), "ahead in 30 of 30 plausible machines, from -0.1 to +10 %");
}

// Machines all gain 4 to 13.9 % where the study's own gains nothing in short runs, but 2 % less in long ones.
TEST(PlausibleDifference, StandsOnTheLongRunsAndOnWhatTheyKnow) {
  const PlausibleDifference one = plausible_difference(machine_gains(4, 0), {std::log(0.98), 0.05}, true);
  EXPECT_NEAR(one.gain_percent.middle, 0.98 * 108.95 - 100, 0.05);
  EXPECT_NEAR(one.resolution_percent, 100 * std::expm1(0.05), 1e-6);
  EXPECT_EQ(one.ahead + one.behind, 67u);  // those whose 0.98 (1.04 + i / 1000) is above 1.0513
}

TEST(ShortRuns, HaveALogRatioWhereBothHaveAValue) {
  const ShortRuns ratios = log_ratios_of({{2, kNoValue, 3, 0}, {4}}, {{1, 1, kNoValue, 1}, {1}});
  EXPECT_DOUBLE_EQ(ratios.machines[0], std::log(2));
  for (const std::size_t i : {1u, 2u, 3u}) EXPECT_TRUE(std::isnan(ratios.machines[i]));
  EXPECT_DOUBLE_EQ(ratios.own[0], std::log(4));
}

TEST(ShortRuns, MeanOverPlacesLeavesOutThoseThatAreMostlyUnknown) {
  const ShortRuns one = machine_gains(0, 0.01);
  ShortRuns unknown = one;
  for (std::size_t i = 0; i < 60; ++i) unknown.machines[i] = kNoValue;
  ShortRuns opposite = one;
  for (double& value : opposite.own) value = 0 - value;
  const ShortRuns mean = mean_of({one, unknown, opposite});
  EXPECT_EQ(mean.machines, one.machines);
  EXPECT_DOUBLE_EQ(chance_variance(mean), 0) << "run by run the two cancel";
  EXPECT_NEAR(chance_variance(one), 0.01, 1e-9);
  EXPECT_TRUE(std::isnan(mean_of({unknown}).machines.back()));
}

// A ratio that turns where p is 3000: ln ratio = ln p - ln 3000, of a nominal 1500. Short runs find the double.
TEST(FindFlips, NamesTheValueAtWhichAVerdictTurns) {
  MachineDraws draws;
  draws.seed = 1;
  draws.params.push_back({find_param("guest_costs.kick_ns"), 1500, {{700, 6000}, false}});
  draws.params.push_back({find_param("guest_costs.add_ns"), 1000, {{300, 3000}, false}});
  NormalNumbers e("e");
  RandomStream random(1, "draws");
  ShortRuns ratios;
  for (int i = 0; i < 100; ++i) {
    const double kick = 700 + below(5300, random.next32());
    draws.values.push_back({kick, 300.0 + below(2700, random.next32())});
    ratios.machines.push_back(std::log(kick / 1500) + 0.05 * e.next());
  }
  ratios.own = {0, 0};
  const auto flips = find_flips(ratios, {std::log(0.5), 0.1}, draws);  // long runs say so of the study's own machine
  ASSERT_TRUE(flips.has_value());
  ASSERT_EQ(flips->flips.size(), 1u) << "add_ns turns nothing";
  EXPECT_EQ(flips->flips[0].param, "guest_costs.kick_ns");
  EXPECT_NEAR(flips->flips[0].value, 3000, 60);
  EXPECT_TRUE(flips->flips[0].low < 3000 && flips->flips[0].high > 3000);
  EXPECT_GT(flips->r2, 0.98);
  EXPECT_THAT(flip_words({"guest_costs.kick_ns", 1500, 3000, 2950, 3060}),
              testing::StrEq("guest_costs.kick_ns at 3000 (2950 to 3060; here 1500)"));
}

}  // namespace
}  // namespace vqlab

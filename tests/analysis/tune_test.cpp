// What `vqlab tune` computes beside its simulations: scales of parameters, halves, means, resampling, the choice.
#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/app/home.hpp"
#include "analysis/tune/free_params.hpp"
#include "analysis/tune/scores.hpp"
#include "analysis/tune/tuned_places.hpp"

namespace vqlab {
namespace {

PolicyChoice tuned_policy(const std::string& word) {
  std::vector<Fault> faults;
  const std::vector<PolicyChoice> read = read_policy_choices({word}, "POLICY", faults);
  EXPECT_TRUE(faults.empty());
  return read.at(0);
}

TunedParam only_param(const std::string& word) {
  const std::vector<TunedParam> params = tuned_params(tuned_policy(word));
  EXPECT_EQ(params.size(), 1u);
  return params.at(0);
}

TEST(TunedParams, AreNumbersThatTheChoiceLeavesOpen) {
  EXPECT_EQ(tuned_params(tuned_policy("adaptive")).size(), 2u);
  EXPECT_EQ(path_of(only_param("adaptive{row=8}").ref()), "adaptive.vcpus_per_queue");
  EXPECT_TRUE(tuned_params(tuned_policy("per_vcpu")).empty());
  EXPECT_THAT(policies_with_params(), testing::Contains("sticky_timeout"));
  EXPECT_THAT(policies_with_params(), testing::Not(testing::Contains("per_vcpu")));
}

TEST(TunedParams, AWideRangeIsSearchedByFactors) {
  const TunedParam idle = only_param("sticky_timeout");  // from 0 to 1e6 us
  EXPECT_TRUE(idle.logarithmic());
  EXPECT_EQ(idle.value(0), 0);
  EXPECT_EQ(idle.value(1), 1e6);
  // From 1 us on the scale is 0.06 to 1; its middle is 1e3.
  EXPECT_NEAR(idle.value(0.53), 1000, 1);
  EXPECT_NEAR(idle.place(1000), 0.53, 1e-12);
  EXPECT_EQ(idle.place(0), 0);
  const TunedParam margin = only_param("least_loaded");  // whole, from 1 to 1024
  EXPECT_EQ(margin.value(0), 1);
  EXPECT_EQ(margin.value(0.5), 32);
  EXPECT_EQ(margin.value(1), 1024);
}

TEST(TunedParams, ASettingIsWhatACommandLineSays) {
  const PolicyChoice policy = tuned_policy("adaptive{vcpus_per_queue=4}");
  EXPECT_EQ(with_setting(policy, tuned_params(policy), {16}).text, "adaptive{row=16,vcpus_per_queue=4}");
  const PolicyChoice open = tuned_policy("sticky_timeout");
  EXPECT_EQ(with_setting(open, tuned_params(open), {12.5}).text, "sticky_timeout{idle_us=12.5}");
  EXPECT_EQ(with_setting(open, tuned_params(open), {12.5}).text, tuned_policy("sticky_timeout{idle_us=12.5}").text);
}

TEST(TunedParams, SettingsAreSpreadAndDiffer) {
  const std::vector<TunedParam> params = tuned_params(tuned_policy("two_choices"));
  const std::vector<Setting> settings = spread_settings(params, 200, 1);
  EXPECT_LT(settings.size(), 200u);  // there are not so many whole numbers
  EXPECT_EQ(settings, spread_settings(params, 200, 1));
  for (const Setting& one : settings) EXPECT_EQ(std::count(settings.begin(), settings.end(), one), 1);
}

TEST(TunedParams, TheTopOfAParabolaIsFound) {
  const std::vector<TunedParam> params{only_param("sticky_timeout")};
  const Setting from{params[0].value(0.5)};
  const double at = params[0].place(from[0]);
  const auto score = [&params](const Setting& one) { return -std::pow(params[0].place(one[0]) - 0.57, 2); };
  const std::vector<Setting> around = neighbours(params, from, 0.1);
  EXPECT_NEAR(params[0].place(around[0][0]), at - 0.1, 1e-3);
  const Setting top = top_of_parabolas(params, from, around, {score(from), score(around[0]), score(around[1])});
  EXPECT_NEAR(params[0].place(top[0]), 0.57, 2e-3);
  // Without a top within reach the better neighbour is taken.
  EXPECT_EQ(top_of_parabolas(params, from, around, {0, -1, 2}), around[1]);
}

// The thirteen studies of docs/steering.md but the letter's, whose curves are no policies.
TEST(TunedPlaces, WithoutAStudyAreThoseThatComparePolicies) {
  std::vector<Fault> faults;
  const TunedPlaces found = tuned_places({}, tuned_policy("sticky_timeout"), faults);
  std::vector<std::string> names;
  for (const Study& study : found.studies) names.push_back(study.name);
  EXPECT_THAT(names,
              testing::ElementsAre("bursts", "few_queues", "hotplug", "luns", "migration", "mixed_rw", "pinned_few",
                                   "pinned_many", "rate_limited", "skew", "slow_target", "think_time"));
  EXPECT_TRUE(faults.empty());
  for (const PointSpec& spec : found.specs) EXPECT_GT(spec.testbed.controller.queues(spec.testbed.guest.vcpus), 1u);
}

TEST(TunedPlaces, HaveEachStudyOnce) {
  const std::string file = (home() / "scenarios" / "studies" / "pinned_few.json").string();
  std::vector<Fault> faults;
  (void)tuned_places({file, file}, tuned_policy("sticky_timeout"), faults);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(faults[0].found, testing::HasSubstr("the same points as in study pinned_few"));
}

TEST(Halves, HoldWholeStudiesOut) {
  const std::vector<std::size_t> studies{0, 0, 0, 1, 1, 2, 3, 3, 3, 3};
  const Halves halves = halves_of(studies, 1);
  EXPECT_EQ(halves.training.size() + halves.held_out.size(), studies.size());
  for (const std::size_t one : halves.training)
    for (const std::size_t other : halves.held_out) EXPECT_NE(studies[one], studies[other]);
  EXPECT_EQ(by_study(halves.training, studies).size(), 2u);
  EXPECT_EQ(halves_of(studies, 1).training, halves.training);
}

TEST(Halves, OfOneStudyTakeEveryOtherPoint) {
  EXPECT_THAT(halves_of({0, 0, 0, 0, 0}, 1).training, testing::ElementsAre(0, 2, 4));
  EXPECT_THAT(halves_of({0, 0, 0, 0, 0}, 1).held_out, testing::ElementsAre(1, 3));
  EXPECT_THAT(halves_of({0, 0, 0}, 1).training, testing::ElementsAre(0, 1, 2));
  EXPECT_THAT(halves_of({0, 0, 0}, 1).held_out, testing::ElementsAre(0, 1, 2));
  EXPECT_TRUE(halves_of({0, 0, 0}, 1).same_places);
  EXPECT_FALSE(halves_of({0, 0, 0, 0}, 1).same_places);
}

TEST(Scores, StudiesCountAlikeHoweverManyPointsTheyHave) {
  const LogRatioTable table{{1, 3}, {4, kNoValue}, {9, 11}};
  // The first study has means 2 and 4, the second 10.
  EXPECT_DOUBLE_EQ(mean_log_ratio(table, {{0, 1}, {2}}), 6.5);
  EXPECT_TRUE(std::isnan(mean_log_ratio({{kNoValue}}, {{0}})));
}

TEST(Scores, ResamplingKeepsWhatIsCommon) {
  // The second table is the first one and 1: whatever is drawn, they differ by 1.
  const LogRatioTable one{{0.1, 0.4, 0.2}, {0.9, 0.7, 0.3}, {0.5, 0.6, 0.2}};
  LogRatioTable other = one;
  for (std::vector<double>& place : other)
    for (double& value : place) value += 1;
  const auto draws = Resampling({{0, 1}, {2}}, 3, 7).means({&one, &other}, 500);
  std::vector<double> firsts;
  for (const std::vector<double>& draw : draws) {
    EXPECT_NEAR(draw[1] - draw[0], 1, 1e-12);
    firsts.push_back(draw[0]);
  }
  const Range95 range = range95_of(firsts);
  const double mean = mean_log_ratio(one, {{0, 1}, {2}});
  EXPECT_LT(range.low, mean);
  EXPECT_GT(range.high, mean);
  EXPECT_GT(range.low, 0.1);
  EXPECT_LT(range.high, 0.9);
}

TEST(Scores, TheBestKeepsItsBounds) {
  const std::vector<Keep> keeps{{0, true, 0.98}};
  const std::vector<std::vector<double>> kept{{0.0}, {std::log(0.97)}, {std::log(0.985)}};
  EXPECT_THAT(best_of({0, 0.3, 0.2}, kept, keeps), testing::ElementsAre(2));
  EXPECT_THAT(best_of({0, 0.3, 0.2}, {{}, {}, {}}, {}), testing::ElementsAre(1));
  EXPECT_THAT(best_of({kNoValue}, {{0.0}}, keeps), testing::IsEmpty());
  EXPECT_TRUE((Keep{0, false, 1.1}).holds(std::log(1.05)));
  EXPECT_FALSE((Keep{0, false, 1.1}).holds(std::log(1.2)));
}

TEST(Scores, SettingsWithTheSameGainAreAllTheBest) {
  EXPECT_THAT(best_of({0, 0.3, 0.2, 0.1 + 0.2, 0.3 - 1e-9}, {{}, {}, {}, {}, {}}, {}), testing::ElementsAre(1, 3));
}

}  // namespace
}  // namespace vqlab

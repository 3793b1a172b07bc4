// What a comparison simulates, and what it makes of made-up results.
#include <algorithm>
#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "analysis/compare/pairs.hpp"
#include "analysis/runs/paired.hpp"
#include "analysis/runs/replications.hpp"
#include "analysis/scenario/load_study.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kBandwidth = 0;
constexpr std::size_t kP99 = 1;
constexpr std::size_t kFairness = 3;
constexpr std::size_t kKicks = 5;

// Two curves differ in their policy alone, the third has one queue.
const char* const studied = R"({
  "study": "s", "seeds": [4, 9, 2],
  "curves": [{"name": "sticky", "set": {"guest.policy": "target_sticky"}},
             {"name": "per_vcpu", "set": {"guest.policy": "per_vcpu"}},
             {"name": "one", "set": {"controller.num_queues": 1}}],
  "sweep": {"targets": [1, 8]}
})";

ComparisonPlan plan_of(const char* text, const std::vector<std::string>& policies, std::vector<Fault>& faults) {
  return plan_comparison(*parse_study(text, "s.json").study, read_policies(policies, "--policy", faults), 0, "s.json",
                         faults);
}

using Value = std::function<double(const Point&)>;

std::vector<PointRow> rows_of(const ComparisonPlan& plan, const char* metric, const Value& value) {
  std::vector<PointRow> rows;
  for (const Point& point : plan.points) {
    PointResult result;
    result.precise = true;
    result.quantities = {{metric, value(point), kNoValue}};
    rows.push_back(row_of(point, result));
  }
  return rows;
}

ComparedValues values_of(const ComparisonPlan& plan, const char* metric, const Value& value) {
  return compared_values(rows_of(plan, metric, value), plan.points.size());
}

Comparison judged(const std::vector<std::string>& policies, const char* metric, const Value& value) {
  std::vector<Fault> faults;
  const ComparisonPlan plan = plan_of(studied, policies, faults);
  return judge(plan.comparison, values_of(plan, metric, value));
}

TEST(ComparisonPlan, EveryPolicyMeetsTheSameSeedsWhereThereIsAChoice) {
  std::vector<Fault> faults;
  const ComparisonPlan plan = plan_of(studied, {"target_sticky", "single_queue"}, faults);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(plan.comparison.one_queue_points, 2u);
  EXPECT_EQ(plan.comparison.repeated_points, 2u);
  ASSERT_EQ(plan.comparison.places.size(), 2u);
  EXPECT_EQ(plan.comparison.places[1].curve, "sticky");
  EXPECT_EQ(plan.comparison.places[1].axes.front().second, "8");
  ASSERT_EQ(plan.points.size(), 2u * 2 * 3);
  for (std::uint32_t i = 0; i < plan.points.size(); ++i) {
    const Point& point = plan.points[i];
    EXPECT_EQ(point.index, i);
    EXPECT_EQ(point.testbed.targets, i < 6 ? 1u : 8u);
    EXPECT_EQ(point.testbed.guest.policy, i / 3 % 2 == 0 ? "target_sticky" : "single_queue");
    EXPECT_EQ(point.seed, (std::vector<std::uint64_t>{4, 9, 2})[i % 3]);
    EXPECT_EQ(row_of(point, {}).axes.back().second, point.testbed.guest.policy);
  }
}

TEST(ComparisonPlan, WithoutAChoiceThereIsNothingToCompare) {
  std::vector<Fault> faults;
  (void)plan_of(R"({"study": "s", "controller": {"num_queues": 1}})", {"target_sticky", "per_vcpu"}, faults);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(to_string(faults.front()), testing::HasSubstr("no point whose device has more than one request queue"));
}

TEST(ComparisonPlan, NamesOfPolicies) {
  std::vector<Fault> faults;
  std::size_t buildable = 0;
  for (const auto& [name, policy] : Registry<PolicyEntry>::instance().entries())
    buildable += policy.clairvoyant ? 0 : 1;
  EXPECT_EQ(read_policies({"all"}, "--policy", faults).size(), buildable);
  EXPECT_LT(buildable, Registry<PolicyEntry>::instance().size());
  EXPECT_TRUE(faults.empty());
  (void)read_policies({"per_vpcu", "single_queue", "single_queue"}, "--policy", faults);
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].nearest, "per_vcpu");
  EXPECT_EQ(faults[1].found, "\"single_queue\" a second time");
  faults.clear();
  const std::vector<PolicyChoice> choices =
      read_policies({"sticky_timeout{idle_us=50}", "target_sticky", "sticky_timeout{idle_us=5e2}"}, "--policy", faults);
  ASSERT_TRUE(faults.empty()) << to_string(faults.front());
  ASSERT_EQ(choices.size(), 3u);
  EXPECT_EQ(choices[0].text, "sticky_timeout{idle_us=50}");
  EXPECT_EQ(choices[1].text, "target_sticky");
  EXPECT_EQ(choices[2].text, "sticky_timeout{idle_us=500}");
  EXPECT_EQ(replications({1, 7}, kReplications), (std::vector<std::uint64_t>{1, 7, 8, 9, 10, 11, 12, 13, 14, 15}));
}

// One policy gains 10 % at one target and 21 % at eight, with a little scatter that is the same for both places: the
// geometric mean of 1.1 and 1.21 is 1.1537 (1.1^1.5). The other one is the baseline once more.
double gains(const Point& point) {
  const double base = 100.0 * point.testbed.targets + static_cast<double>(point.seed);
  if (point.testbed.guest.policy != "per_vcpu") return base;
  return base * (point.testbed.targets == 1 ? 1.1 : 1.21) * (1 + 1e-3 * (static_cast<double>(point.seed) - 5));
}

TEST(Judge, PairsBySeedAndRanks) {
  const Comparison result = judged({"target_sticky", "per_vcpu", "single_queue"}, "bandwidth_mib_per_s", gains);
  const ComparisonCell& better = result.cell(kBandwidth, 0, 1);
  EXPECT_EQ(better.pairs, 3u);
  EXPECT_NEAR(better.difference_percent.value, 10, 1e-9);
  // 1.1 * 0.1 % * (-1, 4, -3): standard deviation 0.11 % * sqrt(26 / 2).
  EXPECT_NEAR(better.difference_percent.half_width, 4.302653 * 0.11 * std::sqrt(13.0 / 3), 1e-9);
  EXPECT_NEAR(better.mean.value, 1.1 * (104 * 0.999 + 109 * 1.004 + 102 * 0.997) / 3, 1e-9);
  EXPECT_EQ(better.rank, 1u);
  EXPECT_EQ(verdict(result, better), "better");

  const ComparisonCell& overall = result.cell(kBandwidth, std::nullopt, 1);
  EXPECT_EQ(overall.points, 2u);
  EXPECT_NEAR(overall.difference_percent.value, 100 * (std::pow(1.1, 1.5) - 1), 1e-9);
  EXPECT_NEAR(overall.difference_percent.half_width, 4.302653 * 0.1 * std::pow(1.1, 1.5) * std::sqrt(13.0 / 3), 1e-9);
  // Families: two policies at two places, and two policies overall. One policy is the baseline once more, at both
  // places: that is one test. The larger gain comes first.
  EXPECT_NEAR(better.p_holm, 2 * better.p, 1e-12);
  EXPECT_NEAR(overall.p_holm, 2 * overall.p, 1e-12);

  const ComparisonCell& same = result.cell(kBandwidth, 0, 2);
  EXPECT_EQ(same.difference_percent.value, 0);
  EXPECT_EQ(same.p_holm, 1);
  EXPECT_EQ(verdict(result, same), "not significant");
  EXPECT_EQ(verdict(result, result.cell(kBandwidth, 0, 0)), "baseline");
  EXPECT_EQ(verdict(result, result.cell(kP99, 0, 1)), "unknown");  // nobody measured it
}

// A policy whose values come nearer to 1 by a factor of ten: the plain differences are those of the baseline, nearly
// all from one seed, and tell nothing; their logarithms are all the same.
TEST(Judge, FairnessIsTestedByItsDistanceFromOne) {
  const auto fair = [](const Point& point) {
    const double distance = point.seed == 9 ? 0.1 : 0.0001;
    return 1 -
           distance * (point.testbed.guest.policy == "per_vcpu" ? 0.1 + 0.001 * static_cast<double>(point.seed) : 1);
  };
  const Comparison result = judged({"target_sticky", "per_vcpu"}, "fairness_jain", fair);
  const ComparisonCell& cell = result.cell(kFairness, 0, 1);
  EXPECT_LT(cell.difference_percent.value,
            2 * cell.difference_percent.half_width);  // of the plain test nothing is left
  EXPECT_LT(cell.p, 0.001);
  EXPECT_EQ(verdict(result, cell), "better");
  // Where one is exactly 1 the plain test stays.
  const auto whole = [&fair](const Point& point) { return point.seed == 4 ? 1.0 : fair(point); };
  EXPECT_GT(judged({"target_sticky", "per_vcpu"}, "fairness_jain", whole).cell(kFairness, 0, 1).p, 0.05);
}

TEST(Judge, LessLatencyIsBetter) {
  const Comparison result = judged({"target_sticky", "per_vcpu"}, "latency_p99_us", gains);
  EXPECT_EQ(verdict(result, result.cell(kP99, 0, 1)), "worse");
  EXPECT_EQ(result.cell(kP99, 0, 1).rank, 2u);
  EXPECT_EQ(result.cell(kP99, std::nullopt, 1).rank, 2u);
}

TEST(Judge, WhereTheBaselineHasNoneThereIsNoShare) {
  const auto none_at_one = [](const Point& point) {
    return point.testbed.targets == 1 && point.testbed.guest.policy == "target_sticky" ? 0 : gains(point);
  };
  const Comparison result = judged({"target_sticky", "per_vcpu"}, "kicks_per_io", none_at_one);
  EXPECT_EQ(verdict(result, result.cell(kKicks, 0, 1)), "unknown");
  EXPECT_EQ(result.cell(kKicks, std::nullopt, 1).points, 1u);
  EXPECT_NEAR(result.cell(kKicks, std::nullopt, 1).difference_percent.value, 21, 1e-9);
  EXPECT_THAT(comparison_csv(result), testing::HasSubstr(",unknown,precise,,\n"));
  EXPECT_THAT(comparison_csv(result), testing::Not(testing::HasSubstr("nan")));
}

TEST(Pairs, EachIsHeldAgainstEachWithHolmOverAll) {
  std::vector<Fault> faults;
  const ComparisonPlan plan = plan_of(studied, {"target_sticky", "per_vcpu", "single_queue"}, faults);
  const ComparedValues values = values_of(plan, "bandwidth_mib_per_s", gains);
  const std::vector<PolicyPair> pairs = judge_pairs(plan.comparison, values);
  // Metrics; over all places and at two; pairs.
  ASSERT_EQ(pairs.size(), kComparisonMetrics.size() * 3 * 3);
  // Against the baseline as ever; two that are none, too: the third is the first once more.
  const PolicyPair& against_first = pairs[0];
  const PolicyPair& against_second = pairs[2];
  EXPECT_EQ(against_first.cell.policy, 1u);
  EXPECT_EQ(against_first.against, 0u);
  EXPECT_NEAR(against_first.cell.difference_percent.value, 100 * (std::pow(1.1, 1.5) - 1), 1e-9);
  EXPECT_EQ(against_second.cell.policy, 2u);
  EXPECT_EQ(against_second.against, 1u);
  EXPECT_NEAR(against_second.cell.difference_percent.value, 100 * (std::pow(1.1, -1.5) - 1), 1e-3);
  EXPECT_EQ(pairs[1].cell.difference_percent.value, 0);
  // Of three tests over all places the one with the least p counts three times; of six at single places, of which two
  // are the same, five times.
  const double least = std::min(against_first.cell.p, against_second.cell.p);
  EXPECT_NEAR(std::min(against_first.cell.p_holm, against_second.cell.p_holm), 3 * least, 1e-12);
  double least_at_place = 1;
  double holm_at_place = 1;
  for (std::size_t i = 3; i < 9; ++i) {
    least_at_place = std::min(least_at_place, pairs[i].cell.p);
    holm_at_place = std::min(holm_at_place, pairs[i].cell.p_holm);
  }
  EXPECT_NEAR(holm_at_place, 5 * least_at_place, 1e-12);
  const Comparison comparison = judge(plan.comparison, values);
  EXPECT_THAT(pairs_csv(comparison, pairs),
              testing::HasSubstr("overall,,,,single_queue,per_vcpu,bandwidth_mib_per_s,higher,2,3,-13.3"));
  EXPECT_THAT(pairs_table(comparison, pairs, kBandwidth), testing::HasSubstr("Holm's correction over 3 pairs"));
}

TEST(ComparisonTable, FitsATerminal) {
  const std::string table =
      comparison_table(judged({"target_sticky", "per_vcpu", "single_queue"}, "bandwidth_mib_per_s", gains), kBandwidth);
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
  EXPECT_THAT(table, testing::HasSubstr("2 points left out: the device has one queue"));
  EXPECT_THAT(table, testing::HasSubstr(
                         "sticky targets=8 vcpus=4: per_vcpu +21.0*, target_sticky (805), single_queue +0.00\n"));
}

}  // namespace
}  // namespace vqlab

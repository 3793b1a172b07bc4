// How far policies are from what could be, on made-up results.
#include "analysis/compare/headroom.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/runs/point_rows.hpp"
#include "analysis/scenario/load_study.hpp"

namespace vqlab {
namespace {

using testing::HasSubstr;

constexpr const char* kStudy = R"({"study": "s", "seeds": [1], "sweep": {"targets": [1, 8]}})";

Study study_of(const char* text) { return *parse_study(text, "s.json").study; }

Comparison judged(const ComparisonPlan& plan, const std::vector<double>& bandwidths) {
  std::vector<PointRow> rows;
  for (const Point& point : plan.points) {
    PointResult result;
    result.precise = true;
    result.quantities = {{"bandwidth_mib_per_s", bandwidths.at(point.index), kNoValue}};
    rows.push_back(row_of(point, result));
  }
  return judge(plan.comparison, compared_values(rows, plan.points.size()));
}

Headroom headroom(const std::vector<double>& bandwidths, const std::vector<double>& clairvoyant) {
  const Study study = study_of(kStudy);
  std::vector<Fault> faults;
  const ComparisonPlan plan =
      plan_comparison(study, {{"target_sticky", "target_sticky"}, {"per_vcpu", "per_vcpu"}}, 0, "s.json", faults);
  if (clairvoyant.empty()) return headroom_of(plan, judged(plan, bandwidths), nullptr);
  const ComparisonPlan asked = plan_clairvoyant(study, "s.json", faults);
  EXPECT_TRUE(faults.empty());
  const Comparison told = judged(asked, clairvoyant);
  return headroom_of(plan, judged(plan, bandwidths), &told);
}

TEST(Headroom, TheBestOfAPlaceIsWhoReachedMostThere) {
  // Place by place, policy by policy.
  const Headroom found = headroom({100, 50, 200, 400}, {80, 90, 500, 300});
  ASSERT_EQ(found.reached.size(), 4u);
  EXPECT_EQ(found.best_at(0)->policy, "target_sticky");
  EXPECT_EQ(found.best_at(1)->policy, "clairvoyant");
  EXPECT_TRUE(found.best_at(1)->clairvoyant);
  EXPECT_EQ(headroom({100, 50, 200, 400}, {}).best_at(1)->policy, "per_vcpu");
  EXPECT_EQ(headroom({kNoValue, kNoValue, 1, 1}, {}).best_at(0), nullptr);
}

TEST(Headroom, MeansOverPlacesAreGeometric) {
  // target_sticky has 100 % and 40 %: sqrt(0.4) = 63.2 %; per_vcpu 50 % and 80 %: the same.
  const std::string table = headroom_table(headroom({100, 50, 200, 400}, {80, 90, 500, 300}));
  EXPECT_THAT(table, HasSubstr("63.2"));
  EXPECT_THAT(table, HasSubstr("clairvoyant +"));
  EXPECT_THAT(table, HasSubstr("the best at each point"));
  EXPECT_THAT(headroom_table(headroom({kNoValue, 1, kNoValue, 1}, {})), HasSubstr("-"));
}

TEST(Headroom, TheTableHasEachPointAndTheBound) {
  const Headroom found = headroom({100, 50, 200, 400}, {80, 90, 500, 300});
  EXPECT_GT(found.bounds[1], found.bounds[0]);
  const std::string csv = headroom_csv(found);
  EXPECT_THAT(csv, HasSubstr(",1,4,per_vcpu,false,50,50,"));
  EXPECT_THAT(csv, HasSubstr(",8,4,clairvoyant,true,500,100,"));
  EXPECT_THAT(csv, HasSubstr("bound,,"));
}

TEST(Headroom, DifferentJobsHaveNoBound) {
  const Study study =
      study_of(R"({"study": "s", "seeds": [1], "targets": 2, "other_job_targets": 1, "other_job": {"iodepth": 1}})");
  std::vector<Fault> faults;
  const ComparisonPlan plan = plan_comparison(study, {{"per_vcpu", "per_vcpu"}}, 0, "s.json", faults);
  const Headroom found = headroom_of(plan, judged(plan, {100}), nullptr);
  EXPECT_TRUE(std::isnan(found.bounds[0]));
  EXPECT_THAT(headroom_table(found), HasSubstr("-"));
}

}  // namespace
}  // namespace vqlab

// Which cells a design simulates, and which of them its verdict is about.
#include "analysis/design/plan_design.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/scenario/load_study.hpp"

namespace vqlab {
namespace {

using testing::HasSubstr;

const char* const designed = R"({
  "study": "s", "seeds": [4, 9],
  "curves": [{"name": "one", "set": {"controller.num_queues": 1}},
             {"name": "four", "set": {"controller.num_queues": 4}},
             {"name": "four_again", "set": {"controller.num_queues": 4, "guest.policy": "per_vcpu"}}],
  "sweep": {"targets": [1, 8]}
})";

DesignPlan plan_of(const DesignQuestion& question, std::vector<Fault>& faults) {
  return plan_design(*parse_study(designed, "s.json").study, question, "s.json", faults);
}

TEST(PlanDesign, TheFirstTwoCurvesAreHeldAgainstEachOther) {
  std::vector<Fault> faults;
  const DesignPlan plan = plan_of({}, faults);
  ASSERT_TRUE(faults.empty());
  EXPECT_EQ(plan.first, "one");
  EXPECT_EQ(plan.second, "four");
  ASSERT_EQ(plan.cells.size(), 6u);  // the third curve may be measured as well
  EXPECT_EQ(plan.cells[5].side, DesignSide::kNeither);
  ASSERT_EQ(plan.pairs.size(), 2u);
  EXPECT_EQ(plan.cells[plan.pairs[1].first].place.curve, "one");
  EXPECT_EQ(plan.cells[plan.pairs[1].second].place.curve, "four");
  EXPECT_EQ(plan.cells[plan.pairs[1].first].position, "targets=8");
  EXPECT_EQ(plan.cells[5].position, "targets=8");
  for (std::size_t i = 0; i < plan.points.size(); ++i) EXPECT_EQ(plan.points.seed(i), 4u);
}

TEST(PlanDesign, PoliciesMeetWhereTheyHaveAChoice) {
  std::vector<Fault> faults;
  const DesignPlan plan =
      plan_of({.policies = read_policy_choices({"per_vcpu", "target_sticky"}, "--policy", faults), .at = {"targets=8"}},
              faults);
  ASSERT_TRUE(faults.empty());
  // Not the one with one queue, and the third curve is the second under another policy.
  ASSERT_EQ(plan.cells.size(), 4u);
  ASSERT_EQ(plan.pairs.size(), 2u);
  EXPECT_FALSE(plan.pairs[0].counts);
  EXPECT_TRUE(plan.pairs[1].counts);
  EXPECT_EQ(plan.points[plan.pairs[1].first].testbed.guest.policy, "per_vcpu");
  EXPECT_EQ(plan.points[plan.pairs[1].second].testbed.guest.policy, "target_sticky");
}

TEST(PlanDesign, WhatIsWrong) {
  std::vector<Fault> faults;
  (void)plan_of({.curves = {"one", "fou"}}, faults);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].nearest, "four");
  faults.clear();
  (void)plan_of({.curves = {"one", "one"}}, faults);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(to_string(faults[0]), HasSubstr("two different ones"));
  faults.clear();
  (void)plan_of({.at = {"targets=4"}}, faults);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(to_string(faults[0]), HasSubstr("targets=1"));
}

}  // namespace
}  // namespace vqlab

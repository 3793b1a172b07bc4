// A policy that promises order and breaks it fails the run; one that promises nothing is only counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/steering/policy.hpp"
#include "tests/support/run_in_child.hpp"

namespace vqlab::test {
namespace {

using testing::HasSubstr;

// Every command to another queue than the last, and a promise nevertheless.
class BrokenPromise final : public SteeringPolicy {
 public:
  explicit BrokenPromise(const PolicySetup& setup) : picks_(setup.words.make<PolicyWord>(1)[0]) {}
  QueueId pick(const SteeringView& view) const override { return QueueId(view.memory.add(picks_, 1) % view.queues); }

 private:
  PolicyWord& picks_;
};

const PolicyRegistration broken_promise{"broken_promise",
                                        {.promise = OrderPromise::kPerTarget,
                                         .cost = {},
                                         .help = "For this test.",
                                         .source = "none",
                                         .make = make_policy<BrokenPromise>}};

// Keeps the order of each LUN, and promises that of the target.
class TooMuchPromised final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override { return QueueId(view.lun.value % view.queues); }
};

const PolicyRegistration also_registered{"too_much_promised",
                                         {.promise = OrderPromise::kPerTarget,
                                          .cost = {},
                                          .help = "For this test.",
                                          .source = "none",
                                          .make = make_policy<TooMuchPromised>}};

const Precision kBrief{.half_width_percent = 0.01, .min_simulated_s = 0.02, .max_simulated_s = 0.03};

Testbed restless(const char* policy) {
  Testbed testbed;
  testbed.targets = 4;
  testbed.job.numjobs = 3;
  testbed.guest.policy = policy;
  testbed.guest.migration_interval_ns = 1e5;
  return testbed;
}

TEST(RunPointOrder, ABrokenPromiseFailsTheRun) {
  const ChildRun run = run_in_child(restless("broken_promise"), kBrief);
  EXPECT_THAT(run.error, HasSubstr("policy broken_promise promises order"));
  EXPECT_TRUE(run.result.quantities.empty());
}

TEST(RunPointOrder, APromiseForTheTargetIsWatchedAcrossItsLuns) {
  Testbed testbed = restless("too_much_promised");
  testbed.luns_per_target = 3;
  const ChildRun run = run_in_child(testbed, kBrief);
  EXPECT_THAT(run.error, HasSubstr("policy too_much_promised promises order"));
}

TEST(RunPointOrder, WithoutAPromiseReordersAreCounted) {
  const ChildRun run = run_in_child(restless("per_vcpu"), kBrief);
  EXPECT_EQ(run.error, "");
  EXPECT_GT(run["reorders"], 0.0);
}

TEST(RunPointOrder, AKeptPromisePasses) {
  const ChildRun run = run_in_child(restless("target_sticky"), kBrief);
  EXPECT_EQ(run.error, "");
  EXPECT_EQ(run["reorders"], 0.0);
}

}  // namespace
}  // namespace vqlab::test

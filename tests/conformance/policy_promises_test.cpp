// Every steering policy in the real driver, over rings of either format, in a guest that does its best to reorder:
// several jobs on each target, whose processes wake on other vCPUs half of the time.
#include <gtest/gtest.h>
#include <string>
#include <tuple>

#include "models/steering/policy.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

OrderPromise promise_of(const std::string& policy) { return Registry<PolicyEntry>::instance().find(policy)->promise; }

Testbed restless(const std::string& policy, std::uint32_t queues) {
  Testbed testbed;
  testbed.targets = 4;
  testbed.job.numjobs = 3;
  testbed.job.size_bytes = 4 << 20;
  testbed.job.loops = 2;
  testbed.guest.vcpus = 4;
  testbed.guest.policy = policy;
  testbed.guest.migration_interval_ns = 1e5;
  testbed.controller.num_queues = queues;
  // A policy that promises the order of a LUN alone may spread the LUNs of a target; one that promises more may not.
  if (promise_of(policy) != OrderPromise::kNone) testbed.luns_per_target = 3;
  return testbed;
}

class EveryPolicyDriven : public testing::TestWithParam<std::tuple<std::string, std::uint32_t>> {};
INSTANTIATE_TEST_SUITE_P(Conformance, EveryPolicyDriven,
                         testing::Combine(testing::ValuesIn(Registry<PolicyEntry>::instance().names()),
                                          testing::Values(1u, 3u, 4u, 7u)),
                         [](const auto& of) {
                           return std::get<0>(of.param) + "_" + std::to_string(std::get<1>(of.param)) + "_queues";
                         });

TEST_P(EveryPolicyDriven, ServesEveryRequestAndKeepsItsPromise) {
  const auto& [policy, queues] = GetParam();
  std::uint64_t seed = 0;
  for (const char* const ring : {"split", "packed"}) {
    Testbed testbed = restless(policy, queues);
    testbed.controller.ring = ring;
    TestbedRig rig(testbed, ++seed);
    ASSERT_TRUE(rig.run_to_end());
    EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
    if (promise_of(policy) != OrderPromise::kNone || queues == 1) {
      EXPECT_EQ(rig.total(Count::kReorders), 0u);
    }
  }
}

TEST_P(EveryPolicyDriven, KeepsItsPromiseWhenRingsAreFull) {
  const auto& [policy, queues] = GetParam();
  Testbed testbed = restless(policy, queues);
  testbed.controller.ring = queues % 2 == 0 ? "split" : "packed";
  testbed.controller.virtqueue_size = 32;
  testbed.controller.indirect_desc = false;
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_GT(rig.total(Count::kRequeues), 0u);
  EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
  if (promise_of(policy) != OrderPromise::kNone || queues == 1) {
    EXPECT_EQ(rig.total(Count::kReorders), 0u);
  }
}

TEST_P(EveryPolicyDriven, IsDeterministic) {
  const auto& [policy, queues] = GetParam();
  TestbedRig a(restless(policy, queues));
  TestbedRig b(restless(policy, queues));
  a.run_for(10ms);
  b.run_for(10ms);
  EXPECT_EQ(a.counters.totals, b.counters.totals);
  EXPECT_EQ(a.calendar.steps_run(), b.calendar.steps_run());
}

// That the guest above is restless enough, and the observer awake: a policy without a promise is seen to reorder.
TEST(PolicyPromises, PerVcpuReorders) {
  TestbedRig rig(restless("per_vcpu", 4));
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_GT(rig.total(Count::kReorders), 0u);
}

TEST(PolicyPromises, TargetStickyDoesMoveTargets) {
  // Keeping order would be easy for a target that never moved.
  Testbed testbed = restless("target_sticky", 4);
  testbed.job.numjobs = 1;
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_GT(rig.total(Count::kQueueSwitches), 20u);
}

// A policy that holds commands back, with several jobs on each target: every request is served, in order.
TEST(PolicyPromises, DrainedTargetsAreServed) {
  for (const bool drop_reqs : {true, false}) {
    Testbed testbed = restless("submitter_follow", 4);
    testbed.job.iodepth = 16;
    testbed.guest.drop_reqs_on_failed_add = drop_reqs;
    // Without, adds fail, and the counts of some targets never fall to zero again.
    if (!drop_reqs) testbed.controller.virtqueue_size = 32;
    TestbedRig rig(testbed);
    ASSERT_TRUE(rig.run_to_end());
    EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
    EXPECT_EQ(rig.total(Count::kReorders), 0u);
    // A fresh ring of 128 has room for all: what is refused is held, and not over and over.
    EXPECT_GT(rig.total(Count::kRequeues), 20u);
    EXPECT_LT(rig.per_io(Count::kRequeues), drop_reqs ? 2.0 : 200.0);
    EXPECT_GT(rig.total(Count::kQueueSwitches), drop_reqs ? 20u : 0u);
  }
}

}  // namespace
}  // namespace vqlab::test

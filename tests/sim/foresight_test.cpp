// What clairvoyant policies are told, and what they make of it.
#include "sim/guest/foresight.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "tests/support/expect_all_served.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

Testbed steered(const char* policy) {
  Testbed testbed = short_testbed();
  testbed.guest.vcpus = 4;
  testbed.guest.policy = policy;
  testbed.controller.num_queues = 4;
  return testbed;
}

// Four processes on a target, each on a vCPU of its own, so that some command is nearly always in flight.
Testbed shared_target(const char* policy) {
  Testbed testbed = steered(policy);
  testbed.targets = 1;
  testbed.job.numjobs = 4;
  testbed.guest.pinned_vcpus = 4;
  return testbed;
}

TEST(Foresight, ATargetMovesAsSoonAsTheDeviceHasTakenItsCommands) {
  TestbedRig sticky(shared_target("target_sticky"));
  expect_all_served(sticky);
  TestbedRig moves(shared_target("clairvoyant_in_order"));
  expect_all_served(moves);
  EXPECT_GT(moves.total(Count::kQueueSwitches), 2 * sticky.total(Count::kQueueSwitches));
  EXPECT_EQ(moves.total(Count::kReorders), 0u);
}

TEST(Foresight, OrderIsKeptWithOneVectorWithIsolatedVcpusAndFullRings) {
  for (const bool one_vector : {false, true}) {
    Testbed testbed = shared_target("clairvoyant_in_order");
    testbed.targets = 3;
    testbed.luns_per_target = 2;
    testbed.controller.devices = 2;
    testbed.controller.virtqueue_size = 32;
    testbed.controller.indirect_desc = false;
    if (one_vector) testbed.controller.vectors = 2;
    testbed.guest.pinned_vcpus = 0;
    testbed.guest.isolated_vcpus = 1;
    testbed.guest.migration_interval_ns = 1e5;
    TestbedRig rig(testbed);
    expect_all_served(rig);
    EXPECT_GT(rig.log.refused_total, 0u);
    EXPECT_EQ(rig.total(Count::kReorders), 0u);
  }
}

// A queue that is the submitter's costs no cache lines and no IPI.
TEST(Foresight, NearnessIsWorthMoreThanAnIdleVcpu) {
  Testbed testbed = steered("clairvoyant");
  testbed.guest.pinned_vcpus = 2;
  TestbedRig rig(testbed);
  expect_all_served(rig);
  for (sim::LineIndex line = 0; line < 4; ++line) EXPECT_EQ(rig.wires.kicks[line] > 0, line < 2) << line;
}

// The interrupts of all queues go to the last vCPU, and nothing but locks and doorbells tells queues apart.
TEST(Foresight, AQueueWhoseLockIsTakenIsLeft) {
  const auto waited = [](const char* policy) {
    Testbed testbed = steered(policy);
    testbed.targets = 16;
    testbed.guest.affinity_hints = false;
    TestbedRig rig(testbed);
    expect_all_served(rig);
    return rig.guest.lock_wait();
  };
  EXPECT_LT(2 * waited("clairvoyant"), waited("single_queue"));
}

TEST(Foresight, WhoIsToldNothingTakesTheOwnQueue) {
  PolicyWords words;
  const PartParams params;
  const PolicySetup setup{.queues = 4,
                          .vcpus = 8,
                          .targets = 1,
                          .luns_per_target = 1,
                          .commands_per_queue = 1,
                          .params = params,
                          .words = words};
  sim::Calendar calendar;
  sim::PlainPolicyMemory memory(calendar, "a test", RandomStream(1, "test"), 8, words);
  SteeringView view{.submitter = VcpuId(6),
                    .vcpus_online = 8,
                    .queues = 4,
                    .target = TargetId(0),
                    .lun = LunId(0),
                    .target_in_flight = 1,
                    .target_queue = QueueId(3),
                    .memory = memory};
  const auto pick = [&](const char* policy) {
    return Registry<PolicyEntry>::instance().find(policy)->make(setup)->pick(view);
  };
  EXPECT_EQ(pick("clairvoyant"), QueueId(2));
  EXPECT_EQ(pick("clairvoyant_in_order"), QueueId(3));
  view.target_in_flight = 0;
  EXPECT_EQ(pick("clairvoyant_in_order"), QueueId(2));
}

}  // namespace
}  // namespace vqlab::test

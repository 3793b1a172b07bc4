// What happens when a ring has no room: "host busy", and a retry when something has come back.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

// Rings of 8 descriptors; a request takes 3 to 6 of them.
Testbed crowded() {
  Testbed testbed = short_testbed();
  testbed.targets = 16;
  testbed.controller.virtqueue_size = 8;
  testbed.controller.indirect_desc = false;
  testbed.job.bsrange = {4096, 16384};
  return testbed;
}

TEST(QueueFull, RefusedCommandsAreRetried) {
  TestbedRig rig(crowded());
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
  EXPECT_GT(rig.total(Count::kRequeues), 0u);
  EXPECT_EQ(rig.total(Count::kRequeues), rig.log.refused_total);
  EXPECT_EQ(rig.log.accepted_total, rig.total(Count::kCompleted));
  EXPECT_EQ(rig.log.taken_total, rig.total(Count::kCompleted));
  EXPECT_EQ(rig.total(Count::kReorders), 0u);
}

TEST(QueueFull, IndirectDescriptorsMakeRoom) {
  // 2 targets * 4 requests fill a ring of 8 with one descriptor each, and overfill it with 4 to 6.
  Testbed testbed = crowded();
  testbed.targets = 2;
  testbed.job.bsrange = {8192, 16384};  // of one page a request would go direct
  TestbedRig direct(testbed);
  testbed.controller.indirect_desc = true;
  TestbedRig indirect(testbed);
  ASSERT_TRUE(direct.run_to_end());
  ASSERT_TRUE(indirect.run_to_end());
  EXPECT_GT(direct.total(Count::kRequeues), 0u);
  EXPECT_EQ(indirect.total(Count::kRequeues), 0u);
}

TEST(QueueFull, ARingThatNeverFillsRefusesNothing) {
  // A ring large enough never to fill: 2 targets * 4 requests * 6 descriptors = 48.
  Testbed testbed = crowded();
  testbed.targets = 2;
  testbed.controller.virtqueue_size = 64;
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_EQ(rig.total(Count::kRequeues), 0u);
}

TEST(QueueFull, ARefusedCommandIsNoReasonToKick) {
  Testbed testbed = crowded();
  testbed.controller.event_idx = false;  // every command is kicked, and start_buf never asks for a kick by itself
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  ASSERT_GT(rig.log.refused_total, 0u);
  EXPECT_EQ(rig.total(Count::kKicks), rig.log.accepted_total);
}

TEST(QueueFull, TheOldApiKicksWhenItRefuses) {
  // Linux forces a notification when an add fails that had something for the device to read.
  Testbed testbed = crowded();
  testbed.controller.event_idx = false;
  testbed.guest.buffer_api = "add_buf";
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  ASSERT_GT(rig.log.refused_total, 0u);
  EXPECT_EQ(rig.total(Count::kKicks), rig.log.accepted_total + rig.log.refused_total);
}

TEST(QueueFull, ALimitedUnitBesideStarvedOnesGoesOn) {
  Testbed testbed = crowded();
  testbed.job.iodepth = 8;
  testbed.controller.cmd_per_lun = 1;
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end()) << rig.total(Count::kCompleted) << " of " << rig.requests();
}

TEST(QueueFull, WhoeverIsRefusedLastTriesAgain) {
  // One request fills the ring. The second is refused, and while the driver kicks for it (which the old add_buf does
  // when there is no room) the first comes back on another vCPU: nobody is left in flight to retry the second.
  Testbed testbed = crowded();
  testbed.targets = 1;
  testbed.job.iodepth = 2;
  testbed.job.bsrange = {24576, 24576};
  testbed.guest.vcpus = 2;
  testbed.guest.buffer_api = "add_buf";
  testbed.guest.rq_affinity = false;
  testbed.guest_costs.kick_ns = {10e6, Shape::kConstant};
  testbed.guest.pinned_vcpus = 1;
  testbed.controller.num_queues = 1;
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end()) << rig.total(Count::kCompleted) << " of " << rig.requests();
  EXPECT_GT(rig.total(Count::kRequeues), 0u);
}

TEST(QueueFull, ADriverWithoutCommandsIsBusyToo) {
  Testbed testbed = short_testbed();
  testbed.guest.mempool_commands = 3;  // 8 are wanted at once
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_GT(rig.log.refused_total, 0u);
  EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
  testbed.guest.mempool_commands = 8;
  TestbedRig enough(testbed);
  ASSERT_TRUE(enough.run_to_end());
  EXPECT_EQ(enough.log.refused_total, 0u);
}

TEST(QueueFull, NothingIsEverLeftWaiting) {
  rc::check("every request is served, however small the ring", [] {
    Testbed testbed = crowded();
    testbed.targets = *rc::gen::inRange<std::uint32_t>(1, 12);
    testbed.job.iodepth = *rc::gen::inRange<std::uint32_t>(1, 9);
    testbed.job.numjobs = *rc::gen::inRange<std::uint32_t>(1, 3);
    testbed.luns_per_target = *rc::gen::inRange<std::uint32_t>(1, 3);
    testbed.guest.vcpus = *rc::gen::inRange<std::uint32_t>(1, 5);
    testbed.controller.num_queues = *rc::gen::inRange<std::uint32_t>(1, 4);
    testbed.controller.devices = *rc::gen::inRange<std::uint32_t>(1, 3);
    testbed.guest.mempool_commands = *rc::gen::element<std::uint32_t>(0, 1, 2, 16);
    testbed.controller.cmd_per_lun = *rc::gen::element<std::uint32_t>(1, 2, 128);
    testbed.controller.event_idx = *rc::gen::arbitrary<bool>();
    testbed.guest.buffer_api = *rc::gen::element<std::string>("add_buf", "piecewise", "add_sgs");
    testbed.guest.driver = *rc::gen::element<std::string>("multiqueue", "blk_mq");
    testbed.guest.notify = *rc::gen::element<std::string>("outside_lock", "inside_lock");
    testbed.controller.can_queue = *rc::gen::element<std::uint32_t>(0, 1, 2, 1024);
    testbed.job.iodepth_batch = *rc::gen::inRange<std::uint32_t>(1, 6);
    testbed.job.iodepth_batch_complete_min = *rc::gen::inRange<std::uint32_t>(1, 6);
    testbed.guest.rq_affinity = *rc::gen::arbitrary<bool>();
    testbed.guest.drop_reqs_on_failed_add = *rc::gen::arbitrary<bool>();
    testbed.guest.migration_interval_ns = *rc::gen::element(0.0, 1e5);
    testbed.guest.topology = *rc::gen::element<std::string>("sockets", "cores");
    TestbedRig rig(testbed, *rc::gen::inRange<std::uint64_t>(1, 1000));
    RC_ASSERT(rig.run_to_end());
    RC_ASSERT(rig.total(Count::kCompleted) == rig.requests());
    RC_ASSERT(rig.total(Count::kReorders) == 0u || testbed.guest.driver == "blk_mq");
  });
}

// Linux 3.10 forgets to take back `reqs` when an add fails: the target never looks idle again.
TEST(QueueFull, AForgottenCountPinsATarget) {
  Testbed testbed = crowded();
  testbed.targets = 8;
  testbed.job.loops = 40;
  testbed.guest.migration_interval_ns = 1e5;
  testbed.guest.host_busy_blocks = false;  // or hardly a target is ever idle
  testbed.guest.drop_reqs_on_failed_add = false;
  TestbedRig pinned(testbed);
  testbed.guest.drop_reqs_on_failed_add = true;
  TestbedRig free(testbed);
  // Long enough for each target to have been refused once; then nobody changes queues any more.
  pinned.run_for(100ms);
  free.run_for(100ms);
  ASSERT_GT(pinned.total(Count::kRequeues), 100u);
  const auto pinned_before = pinned.total(Count::kQueueSwitches);
  const auto free_before = free.total(Count::kQueueSwitches);
  const auto completed_before = pinned.total(Count::kCompleted);
  pinned.run_for(50ms);
  free.run_for(50ms);
  EXPECT_GT(pinned.total(Count::kCompleted), completed_before);
  EXPECT_EQ(pinned.total(Count::kQueueSwitches), pinned_before);
  EXPECT_GT(free.total(Count::kQueueSwitches), free_before);
}

}  // namespace
}  // namespace vqlab::test

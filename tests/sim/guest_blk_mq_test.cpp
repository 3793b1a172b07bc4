// The later guest: the driver on blk-mq, batches, notification inside the lock, and how much an HBA takes at once.
#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <set>

#include "models/command/queue_map.hpp"
#include "tests/support/expect_all_served.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

Testbed later_guest(std::uint32_t vcpus, std::uint32_t queues) {
  Testbed testbed = short_testbed();
  testbed.guest.vcpus = vcpus;
  testbed.guest.driver = "blk_mq";
  testbed.guest.policy = "per_vcpu";
  testbed.controller.num_queues = queues;
  return testbed;
}

// One process that submits four requests at once and waits for all of them; each is kicked for unless it is batched.
Testbed batches_of_four() {
  Testbed testbed = later_guest(2, 2);
  testbed.targets = 1;
  testbed.job.bsrange = {4096, 4096};
  testbed.job.iodepth_batch = 4;
  testbed.job.iodepth_batch_complete_min = 4;
  testbed.controller.event_idx = false;
  testbed.guest.nomerges = 2;
  return testbed;
}

Duration sum(const std::vector<Duration>& times) { return std::accumulate(times.begin(), times.end(), Duration{0}); }

TEST(BlkMq, NeighboursShareAQueue) {
  const auto queues = [](std::uint32_t count, std::uint32_t vcpus) {
    const QueueMap map(count, vcpus);
    std::vector<std::uint32_t> of;
    for (std::uint32_t vcpu = 0; vcpu < vcpus; ++vcpu) of.push_back(map.queue_of(VcpuId(vcpu)).value);
    return of;
  };
  EXPECT_EQ(queues(1, 3), (std::vector<std::uint32_t>{0, 0, 0}));
  EXPECT_EQ(queues(3, 7), (std::vector<std::uint32_t>{0, 0, 0, 1, 1, 2, 2}));
  EXPECT_EQ(queues(9, 3), (std::vector<std::uint32_t>{0, 1, 2}));  // no more than vCPUs are used
  for (std::uint32_t count = 1; count <= 16; ++count) {
    const QueueMap map(count, 11);
    for (std::uint32_t queue = 0; queue < map.used(); ++queue) {
      const VcpuId first = map.first_vcpu(QueueId(queue));
      EXPECT_EQ(map.queue_of(first), QueueId(queue));
      if (queue > 0) {
        EXPECT_EQ(map.queue_of(VcpuId(first.value - 1)), QueueId(queue - 1));
      }
    }
  }
}

TEST(BlkMq, OneLunFromManyVcpusTakesNoLockButTheQueues) {
  Testbed testbed = later_guest(16, 16);
  testbed.targets = 1;
  testbed.controller.virtqueue_size = 1024;
  testbed.controller.cmd_per_lun = 1024;
  testbed.job.numjobs = 16;
  testbed.job.iodepth = 64;
  testbed.job.bsrange = {4096, 4096};
  testbed.guest.migration_interval_ns = 1e5;
  TestbedRig rig(testbed);
  expect_all_served(rig);
  const sim::Guest::LocksHeld held = rig.guest.locks_held();
  EXPECT_EQ(sum(held.hosts), Duration{0});
  EXPECT_EQ(sum(held.targets), Duration{0});
  for (const Duration queue : held.queues) EXPECT_GT(queue, Duration{0});
  EXPECT_GT(rig.total(Count::kQueueSwitches), 0u);
}

TEST(BlkMq, ABatchIsKickedForOnce) {
  Testbed testbed = batches_of_four();
  TestbedRig batched(testbed);
  expect_all_served(batched);
  ASSERT_EQ(batched.requests() % 4, 0u);
  EXPECT_EQ(batched.total(Count::kKicks), batched.requests() / 4);
  // A driver that knows no batches tells the device of each.
  testbed.guest.driver = "multiqueue";
  TestbedRig series(testbed);
  expect_all_served(series);
  EXPECT_EQ(series.total(Count::kKicks), series.requests());
}

TEST(BlkMq, ABatchThatEndsEarlyIsCommitted) {
  // Two go into the ring; the third must wait until one of them comes back, which it does only if the device is told.
  Testbed limited = batches_of_four();
  limited.controller.cmd_per_lun = 2;
  TestbedRig limited_rig(limited);
  expect_all_served(limited_rig);
  EXPECT_EQ(limited_rig.log.refused_total, 0u);
  Testbed refused = batches_of_four();
  refused.guest.mempool_commands = 2;
  TestbedRig refused_rig(refused);
  expect_all_served(refused_rig);
  EXPECT_GT(refused_rig.log.refused_total, 0u);
}

TEST(BlkMq, WhatTheLastVcpuOfAQueueLeavesBehindComesBack) {
  Testbed testbed = later_guest(4, 4);
  testbed.targets = 4;
  testbed.job.loops = 20;
  testbed.hotplug = {.vcpus = 2, .offline_s = 0.002, .online_s = 0.004, .period_s = 0.005};
  TestbedRig rig(testbed);
  expect_all_served(rig);
  for (const std::uint64_t kicks : rig.wires.kicks) EXPECT_GT(kicks, 0u);
}

TEST(NotifyInsideLock, TheQueueIsLockedWhileTheHostIsTold) {
  Testbed testbed = short_testbed();
  testbed.guest_costs.kick_ns = {100'000, Shape::kConstant};
  testbed.hardware.threads_per_core = 1;  // nobody is slowed down
  // Time that the queues' locks were held, and that the doorbells took.
  const auto times = [](TestbedRig& rig) {
    expect_all_served(rig);
    return std::pair(sum(rig.guest.locks_held().queues), rig.total(Count::kKicks) * 100us);
  };
  TestbedRig outside_rig(testbed);
  const auto [outside, doorbells_outside] = times(outside_rig);
  EXPECT_LT(outside, doorbells_outside);
  for (const char* driver : {"multiqueue", "blk_mq"}) {
    testbed.guest.driver = driver;
    testbed.guest.notify = "inside_lock";
    testbed.job.iodepth_batch = 4;
    testbed.controller.cmd_per_lun = 3;  // so that batches end early, too
    TestbedRig inside_rig(testbed);
    const auto [inside, doorbells_inside] = times(inside_rig);
    EXPECT_GE(inside, doorbells_inside) << driver;
    EXPECT_GT(doorbells_inside, Duration{0});
  }
}

// Whether the mid-layer has handed the command over and not had it back.
bool is_at_the_hba(MachineRig& rig, std::uint32_t tag) {
  const std::uint32_t stage = rig.machine.stages.record(tag).stage();
  return stage >= static_cast<std::uint32_t>(Stage::kHostLock) && stage <= static_cast<std::uint32_t>(Stage::kSoftirq);
}
std::uint32_t at_the_hba(MachineRig& rig) {
  std::uint32_t commands = 0;
  for (std::uint32_t tag = 0; tag < rig.layout.commands; ++tag) commands += is_at_the_hba(rig, tag) ? 1 : 0;
  return commands;
}

TEST(CanQueue, IsNeverExceededAndEverybodyGetsATurn) {
  Testbed testbed = short_testbed();
  testbed.targets = 6;
  testbed.luns_per_target = 2;
  testbed.job.numjobs = 2;
  testbed.controller.can_queue = 3;
  testbed.controller.cmd_per_lun = 2;
  for (const char* driver : {"multiqueue", "blk_mq"}) {
    testbed.guest.driver = driver;
    testbed.guest.policy = "per_vcpu";
    testbed.controller.num_queues = 2;
    TestbedRig rig(testbed);
    const std::uint32_t limit = driver == std::string("multiqueue") ? 3 : 6;
    std::uint32_t most = 0;
    while (!rig.ended && rig.calendar.now() < Instant{1s}) {
      rig.run_for(1us);
      most = std::max(most, at_the_hba(rig));
    }
    EXPECT_EQ(most, limit) << driver;
    expect_all_served(rig);
  }
}

TEST(CanQueue, ThatIsNotReachedChangesNothing) {
  Testbed testbed = short_testbed();
  testbed.controller.can_queue = 8;  // of 2 * 4
  TestbedRig just(testbed);
  testbed.controller.can_queue = 0;
  TestbedRig ring(testbed);
  expect_all_served(just);
  expect_all_served(ring);
  EXPECT_EQ(just.calendar.now(), ring.calendar.now());
}

// Every request is a doorbell. Processes stay where they are put.
Testbed one_kick_each(std::uint32_t vcpus, std::uint32_t targets) {
  Testbed testbed = later_guest(vcpus, vcpus);
  testbed.targets = targets;
  testbed.job.bsrange = {4096, 4096};
  testbed.controller.event_idx = false;
  testbed.guest.balance_interval_ns = 0;
  return testbed;
}

TEST(Tags, OfAQueueAreNeverMoreThanCanQueue) {
  Testbed testbed = one_kick_each(2, 6);  // three processes on each vCPU, with two requests each
  testbed.job.iodepth = 2;
  testbed.controller.can_queue = 3;
  TestbedRig rig(testbed);
  std::vector<std::uint32_t> most(2);
  while (!rig.ended && rig.calendar.now() < Instant{1s}) {
    rig.run_for(1us);
    std::vector<std::uint32_t> now(2);
    for (std::uint32_t tag = 0; tag < rig.layout.commands; ++tag) now[tag / 2 % 2] += is_at_the_hba(rig, tag) ? 1 : 0;
    for (std::size_t queue = 0; queue < 2; ++queue) most[queue] = std::max(most[queue], now[queue]);
  }
  EXPECT_EQ(most, (std::vector<std::uint32_t>{3, 3}));
  expect_all_served(rig);
  EXPECT_EQ(rig.wires.kicks, (std::vector<std::uint64_t>(2, rig.requests() / 2)));
  EXPECT_EQ(rig.total(Count::kRequeues), 0u);
}

TEST(Tags, GoToTheProcessThatHasSleptLongest) {
  Testbed testbed = one_kick_each(1, 3);
  testbed.job.iodepth = 1;
  testbed.controller.can_queue = 1;
  TestbedRig rig(testbed);
  // They take turns: none is ever two requests ahead of another.
  while (!rig.ended && rig.calendar.now() < Instant{1s}) {
    rig.run_for(1us);
    const std::vector<std::uint64_t> bytes = rig.guest.target_bytes();
    const auto [least, most] = std::minmax_element(bytes.begin(), bytes.end());
    ASSERT_LE(*most - *least, 4096u);
  }
  const Duration end = rig.calendar.now().time_since_epoch();
  expect_all_served(rig);
  // Two of three requests stand still at any time, and nobody spins for them.
  const sim::StageSums stages = rig.machine.stages.sums(rig.calendar.now());
  const auto held_back = static_cast<double>(stages.latency[static_cast<std::size_t>(Stage::kRingFull)]);
  EXPECT_GT(held_back, 1.5 * static_cast<double>(end.count()));
  EXPECT_LT(rig.guest.busy_time(VcpuId(0)), end * 3 / 4);
}

TEST(Placement, ShuffledIsAPermutationThatTheSeedDraws) {
  // Processes of each vCPU.
  const auto processes = [](const char* placement, std::uint32_t targets, std::uint64_t seed) {
    Testbed testbed = one_kick_each(4, targets);
    testbed.job.size_bytes = 16384;
    testbed.guest.placement = placement;
    TestbedRig rig(testbed, seed);
    expect_all_served(rig);
    std::vector<std::uint64_t> counts = rig.wires.kicks;
    for (std::uint64_t& count : counts) count /= 4;
    return counts;
  };
  const std::vector<std::uint64_t> in_order = processes("in_order", 6, 1);
  EXPECT_EQ(in_order, (std::vector<std::uint64_t>{2, 2, 1, 1}));
  std::set<std::vector<std::uint64_t>> seen;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    std::vector<std::uint64_t> shuffled = processes("shuffled", 6, seed);
    seen.insert(shuffled);
    std::sort(shuffled.rbegin(), shuffled.rend());
    EXPECT_EQ(shuffled, in_order);
  }
  EXPECT_EQ(seen.size(), 6u);  // all that there are
  EXPECT_EQ(processes("shuffled", 6, 7), processes("shuffled", 6, 7));
}

}  // namespace
}  // namespace vqlab::test

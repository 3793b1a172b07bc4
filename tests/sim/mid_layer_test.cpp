// What the block layer and the SCSI mid-layer do for each request, and fio for each I/O: locks, limits, splitting,
// reaping.
#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck.h>

#include "tests/support/expect_all_served.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

// One vCPU, on a machine where nothing slows anything down: a lock is held for the work under it.
Testbed alone() {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.guest.vcpus = 1;
  testbed.hardware.threads_per_core = 1;
  for (Cost* cost : {&testbed.guest_costs.host_lock_ns, &testbed.guest_costs.unbusy_ns,
                     &testbed.guest_costs.lun_lock_ns, &testbed.guest_costs.segment_page_ns})
    cost->shape = Shape::kConstant;
  return testbed;
}

double total_ns(const std::vector<Duration>& times) {
  return static_cast<double>(std::accumulate(times.begin(), times.end(), Duration{0}).count());
}

TEST(MidLayer, TakesTheHostsLockThreeTimesForEachRequest) {
  Testbed testbed = alone();
  const auto held = [&testbed] {
    TestbedRig rig(testbed);
    expect_all_served(rig);
    return total_ns(rig.guest.locks_held().hosts) / static_cast<double>(rig.requests());
  };
  const GuestCosts& costs = testbed.guest_costs;
  EXPECT_EQ(held(), costs.host_lock_ns.mean_ns + 2 * costs.unbusy_ns.mean_ns);
  testbed.mechanisms.completion_locks = false;
  EXPECT_EQ(held(), costs.host_lock_ns.mean_ns);
}

TEST(MidLayer, TakesTheLockOfALunThatProcessesShare) {
  Testbed testbed = alone();
  EXPECT_TRUE(TestbedRig(testbed).guest.locks_held().luns.empty());
  testbed.job.numjobs = 2;
  testbed.guest.nomerges = 2;
  for (const std::uint32_t batch : {1u, 4u}) {
    testbed.job.iodepth_batch = batch;
    TestbedRig rig(testbed);
    expect_all_served(rig);
    const GuestCosts& costs = testbed.guest_costs;
    const double pages = static_cast<double>(rig.total(Count::kBytes)) / kPageBytes;  // sizes are multiples of a page
    const double expected =
        2 * costs.lun_lock_ns.mean_ns * static_cast<double>(rig.requests()) + pages * costs.segment_page_ns.mean_ns;
    EXPECT_NEAR(total_ns(rig.guest.locks_held().luns), expected, 1) << batch;
  }
  testbed.mechanisms.lun_lock = false;
  EXPECT_TRUE(TestbedRig(testbed).guest.locks_held().luns.empty());
  testbed.mechanisms.lun_lock = true;
  testbed.luns_per_target = 2;  // one for each process
  EXPECT_TRUE(TestbedRig(testbed).guest.locks_held().luns.empty());
}

TEST(MidLayer, AUsedBufferOnAnotherVcpuCostsByPage) {
  Testbed testbed = alone();
  testbed.guest.vcpus = 2;  // of which the last has the interrupts
  testbed.guest.pinned_vcpus = 1;
  testbed.guest.rq_affinity = false;
  testbed.controller.num_queues = 1;
  testbed.mechanisms.line_transfers = false;
  testbed.guest_costs.interrupt_remote_page_ns = {0, Shape::kConstant};
  for (Cost* cost :
       {&testbed.guest_costs.add_ns, &testbed.guest_costs.add_segment_ns, &testbed.guest_costs.indirect_table_ns,
        &testbed.guest_costs.interrupt_entry_ns, &testbed.guest_costs.interrupt_remote_ns})
    cost->shape = Shape::kConstant;
  const auto held = [&testbed] {
    TestbedRig rig(testbed);
    expect_all_served(rig);
    return total_ns(rig.guest.locks_held().queues);
  };
  const double free = held();
  testbed.guest_costs.interrupt_remote_page_ns.mean_ns = 500;
  EXPECT_NEAR(held() - free, 500.0 * (1 << 20) / kPageBytes, 10);
  testbed.guest.pinned_vcpus = 0;
  testbed.guest.vcpus = 1;
  EXPECT_NEAR(
      held(),
      free - testbed.guest_costs.interrupt_remote_ns.mean_ns * static_cast<double>(TestbedRig(testbed).requests()), 10);
}

TEST(MidLayer, ACompletionOnAnotherVcpuCostsByPage) {
  Testbed testbed = alone();
  testbed.guest.vcpus = 2;  // of which the last has the interrupts
  testbed.guest.pinned_vcpus = 1;
  testbed.controller.num_queues = 1;
  const auto softirqs = [&testbed](double page_ns) {
    testbed.guest_costs.complete_remote_page_ns = {page_ns, Shape::kConstant};
    testbed.guest_costs.complete_ns.shape = testbed.guest_costs.complete_page_ns.shape = Shape::kConstant;
    testbed.guest_costs.wake_process_ns = {0, Shape::kConstant};
    TestbedRig rig(testbed);
    expect_all_served(rig);
    const sim::StageSums sums = rig.machine.stages.sums(rig.calendar.now());
    return static_cast<double>(sums.service[static_cast<std::size_t>(Stage::kSoftirq)]);
  };
  EXPECT_EQ(softirqs(0), softirqs(500));
  testbed.guest.rq_affinity = false;
  EXPECT_NEAR(softirqs(500) - softirqs(0), 500.0 * (1 << 20) / kPageBytes, 300);
}

TEST(MidLayer, ABusyHostIsLeftAloneUntilACommandComesBack) {
  Testbed testbed = short_testbed();
  testbed.targets = 16;
  testbed.guest.mempool_commands = 8;  // of 64 that are wanted
  TestbedRig blocks(testbed);
  expect_all_served(blocks);
  testbed.guest.host_busy_blocks = false;
  TestbedRig parks(testbed);
  expect_all_served(parks);
  EXPECT_GT(blocks.log.refused_total, 0u);
  EXPECT_LT(blocks.log.refused_total, parks.log.refused_total);
}

TEST(MidLayer, AnIoIsOverWhenItsLastRequestIs) {
  Testbed testbed = short_testbed();
  testbed.job.bsrange = {128 << 10, 128 << 10};
  testbed.guest.max_sectors_kb = 16;
  TestbedRig rig(testbed);
  expect_all_served(rig);
  EXPECT_EQ(rig.total(Count::kCompleted), 2u * 8u);
  EXPECT_EQ(rig.total(Count::kRequests), 2u * 8u * 8u);
  EXPECT_EQ(rig.counters.latency.count(), rig.total(Count::kCompleted));
}

// Requests of the LUN that its processes have, those that wait for their I/O's last one apart.
std::uint32_t requests_taken(MachineRig& rig) {
  std::uint32_t taken = 0;
  for (std::uint32_t tag = 0; tag < rig.layout.commands; ++tag) {
    const std::uint32_t stage = rig.machine.stages.record(tag).stage();
    taken +=
        stage >= static_cast<std::uint32_t>(Stage::kHostLock) && stage <= static_cast<std::uint32_t>(Stage::kSoftirq)
            ? 1
            : 0;
  }
  return taken;
}

TEST(MidLayer, AProcessSleepsWhenTheRequestsOfItsLunRunOut) {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.job.iodepth = 1;
  testbed.job.bsrange = {1 << 20, 1 << 20};
  testbed.job.loops = 10;
  testbed.guest.max_sectors_kb = 4;  // 256 requests
  const auto most = [](const Testbed& spec) {
    TestbedRig rig(spec);
    std::uint32_t most_taken = 0;
    while (!rig.ended && rig.calendar.now() < Instant{} + 1s) {
      rig.run_for(1us);
      most_taken = std::max(most_taken, requests_taken(rig));
    }
    EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
    return most_taken;
  };
  testbed.guest.nr_requests = 16;
  EXPECT_LE(most(testbed), 24u);  // and half as many for one that has slept
  EXPECT_GT(most(testbed), 16u);
  testbed.guest.nr_requests = 256;
  EXPECT_GT(most(testbed), 24u);
}

TEST(MidLayer, SplitIosAreServedWhateverTheLimits) {
  rc::check("every I/O is served", [] {
    Testbed testbed = short_testbed();
    testbed.job.bsrange = {64 << 10, 256 << 10};
    testbed.guest.max_sectors_kb = *rc::gen::element<std::uint32_t>(4, 20, 512);
    testbed.controller.seg_max = *rc::gen::element<std::uint32_t>(1, 7, 126);
    testbed.controller.cmd_per_lun = *rc::gen::element<std::uint32_t>(1, 5, 128);
    testbed.guest.nr_requests = *rc::gen::element<std::uint32_t>(4, 5, 128);
    testbed.guest.mempool_commands = *rc::gen::element<std::uint32_t>(0, 2, 16);
    testbed.guest.host_busy_blocks = *rc::gen::arbitrary<bool>();
    testbed.guest.driver = *rc::gen::element<std::string>("multiqueue", "before", "one_lock", "blk_mq");
    testbed.controller.num_queues = testbed.guest.driver == "multiqueue" || testbed.guest.driver == "blk_mq" ? 2 : 1;
    testbed.controller.can_queue = *rc::gen::element<std::uint32_t>(0, 3, 1024);
    testbed.job.numjobs = *rc::gen::inRange<std::uint32_t>(1, 4);
    testbed.job.iodepth = *rc::gen::inRange<std::uint32_t>(1, 6);
    testbed.job.iodepth_batch = *rc::gen::inRange<std::uint32_t>(1, 6);
    testbed.job.iodepth_batch_complete_min = *rc::gen::inRange<std::uint32_t>(1, 6);
    testbed.job.iodepth_batch_complete_max = *rc::gen::inRange<std::uint32_t>(0, 6);
    TestbedRig rig(testbed, *rc::gen::inRange<std::uint64_t>(1, 1000));
    RC_ASSERT(rig.run_to_end());
    RC_ASSERT(rig.total(Count::kCompleted) == rig.requests());
    RC_ASSERT(rig.log.taken_total + rig.total(Count::kMerged) == rig.total(Count::kRequests));
    rig.machine.stages.check(rig.calendar.now());
  });
}

TEST(Reaping, OneCallTakesAsManyAsTheJobSays) {
  Testbed testbed = alone();
  testbed.guest_costs.reap_call_ns = {100'000, Shape::kConstant};  // long enough for all others to come back
  const auto busy = [&testbed](std::uint32_t least, std::uint32_t most) {
    testbed.job.iodepth_batch_complete_min = least;
    testbed.job.iodepth_batch_complete_max = most;
    TestbedRig rig(testbed);
    expect_all_served(rig);
    return rig.guest.busy_time(VcpuId(0)) / static_cast<std::int64_t>(rig.requests());
  };
  EXPECT_GE(busy(1, 0), 100us);  // a call for each
  EXPECT_EQ(busy(1, 1), busy(1, 0));
  EXPECT_LT(busy(1, 4), 90us);
  EXPECT_LT(busy(4, 0), 60us);  // never less than the minimum
  EXPECT_GE(busy(1, 2), 50us);
}

TEST(OneLock, IsHeldFromTheScatterlistToTheDoorbell) {
  Testbed testbed = alone();
  testbed.controller.num_queues = 1;
  testbed.guest.policy = "single_queue";
  testbed.guest_costs.kick_ns = {100'000, Shape::kConstant};
  testbed.guest_costs.linearise_segment_ns = {10'000, Shape::kConstant};
  testbed.guest.driver = "one_lock";
  TestbedRig one(testbed);
  expect_all_served(one);
  const double pages = (1 << 20) / kPageBytes;
  const auto requests = static_cast<double>(one.requests());
  EXPECT_GE(total_ns(one.guest.locks_held().queues),
            100e3 * static_cast<double>(one.total(Count::kKicks)) + 10e3 * (pages + 2 * requests));
  EXPECT_EQ(total_ns(one.guest.locks_held().targets), 0);
  testbed.guest.driver = "before";
  TestbedRig split(testbed);
  expect_all_served(split);
  EXPECT_GE(total_ns(split.guest.locks_held().targets), 10e3 * (pages + 2 * requests));
  EXPECT_LT(total_ns(split.guest.locks_held().queues), 10e3 * pages);
}

}  // namespace
}  // namespace vqlab::test

// Where the latency of a request goes: to the nanosecond, and for every way a request can take.
#include "sim/machine/stage_accounts.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <numeric>

#include "sim/experiment/run_point.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using sim::StageAccounts;
using sim::StageSums;

std::uint64_t of(const std::array<std::uint64_t, kStages>& sums, Stage stage) {
  return sums[static_cast<std::size_t>(stage)];
}

Instant at(std::int64_t ns) { return Instant{Duration{ns}}; }

TEST(StageAccounts, AStageBeginsWhereTheOneBeforeEnds) {
  StageAccounts accounts(1);
  accounts.begin(accounts.record(0), at(100));
  accounts.record(0).serve<Stage::kSubmit>(30ns);
  accounts.end<Stage::kSubmit>(accounts.record(0), at(150));
  EXPECT_EQ(accounts.over(accounts.record(0), at(400)), 300ns);
  const StageSums sums = accounts.sums(at(400));
  EXPECT_EQ(of(sums.latency, Stage::kSubmit), 50u);
  EXPECT_EQ(of(sums.service, Stage::kSubmit), 30u);
  // What nobody told of took no time: its end is told with the next stage that ends.
  EXPECT_EQ(of(sums.latency, Stage::kRingFull), 250u);
  EXPECT_EQ(of(sums.latency, Stage::kWakeUp), 0u);
}

TEST(StageAccounts, WhatIsOverStaysOver) {
  StageAccounts accounts(1);
  accounts.begin(accounts.record(0), at(0));
  accounts.end<Stage::kKick>(accounts.record(0), at(10));        // the device has it
  accounts.end_if_in<Stage::kKick>(accounts.record(0), at(20));  // before the doorbell's ringing has ended
  accounts.end<Stage::kHostDispatch>(accounts.record(0), at(30));
  accounts.end<Stage::kSubmit>(accounts.record(0), at(40));
  EXPECT_EQ(accounts.over(accounts.record(0), at(50)), 50ns);
  EXPECT_EQ(of(accounts.sums(at(50)).latency, Stage::kHostDispatch), 20u);
}

TEST(StageAccounts, ARefusedRequestIsBackWhereItWas) {
  StageAccounts accounts(1);
  accounts.begin(accounts.record(0), at(0));
  accounts.end<Stage::kSubmit>(accounts.record(0), at(10));
  accounts.end<Stage::kRingFull>(accounts.record(0), at(10));
  accounts.record(0).serve<Stage::kHostLock>(5ns);
  accounts.end<Stage::kHostLock>(accounts.record(0), at(15));
  accounts.reopen_ring_full(accounts.record(0), at(15));
  accounts.check(at(20));
  accounts.end<Stage::kRingFull>(accounts.record(0), at(70));
  accounts.record(0).serve<Stage::kHostLock>(5ns);
  accounts.end<Stage::kHostLock>(accounts.record(0), at(77));
  EXPECT_EQ(accounts.over(accounts.record(0), at(80)), 80ns);
  const StageSums sums = accounts.sums(at(80));
  EXPECT_EQ(of(sums.latency, Stage::kRingFull), 60u);
  EXPECT_EQ(of(sums.latency, Stage::kHostLock), 7u);
  EXPECT_EQ(of(sums.service, Stage::kHostLock), 5u);
}

TEST(StageAccounts, HeldBackIsWhileSomeRequestIs) {
  StageAccounts accounts(2);
  for (const std::uint64_t tag : {0u, 1u}) {
    accounts.begin(accounts.record(tag), at(0));
    accounts.end<Stage::kSubmit>(accounts.record(tag), at(10));
  }
  EXPECT_EQ(accounts.held_back(at(15)), 5ns);
  accounts.end<Stage::kRingFull>(accounts.record(0), at(20));
  accounts.end<Stage::kKick>(accounts.record(1), at(40));
  EXPECT_EQ(accounts.held_back(at(100)), 30ns);
  accounts.reopen_ring_full(accounts.record(0), at(100));
  EXPECT_EQ(accounts.held_back(at(101)), 31ns);
  accounts.end<Stage::kRingFull>(accounts.record(0), at(110));
  EXPECT_EQ(accounts.held_back(at(200)), 40ns);
}

TEST(StageAccounts, TheAreaIsOfRequestsOnTheirWayToo) {
  StageAccounts accounts(2);
  accounts.begin(accounts.record(0), at(0));
  accounts.begin(accounts.record(1), at(100));
  accounts.end<Stage::kSubmit>(accounts.record(1), at(130));
  const StageSums sums = accounts.sums(at(200));
  EXPECT_EQ(of(sums.latency, Stage::kSubmit), 0u);  // neither is over
  EXPECT_EQ(of(sums.area, Stage::kSubmit), 200u + 30u);
  EXPECT_EQ(of(sums.area, Stage::kRingFull), 70u);
  accounts.check(at(200));
}

TEST(StageAccountsDeathTest, ARequestThatIsOverTwiceIsFound) {
  StageAccounts accounts(1);
  accounts.begin(accounts.record(0), at(0));
  (void)accounts.over(accounts.record(0), at(10));
  (void)accounts.over(accounts.record(0), at(10));
  EXPECT_DEATH(accounts.check(at(10)), "Little's law");
}

// One request of one page at a time, every cost a constant, so that each stage can be counted by hand.
TEST(Stages, OfOneRequestAreItsCosts) {
  Testbed testbed;
  testbed.guest.vcpus = 1;
  testbed.job.iodepth = 1;
  testbed.job.bsrange = {kPageBytes, kPageBytes};
  testbed.job.size_bytes = 100 * kPageBytes;
  testbed.job.loops = 1;
  testbed.mechanisms.shared_cores = false;
  testbed.mechanisms.cstates = false;
  GuestCosts& guest = testbed.guest_costs;
  HostCosts& host = testbed.host_costs;
  for (Cost* cost : {&guest.segment_page_ns, &guest.lun_lock_ns,     &guest.unbusy_ns,        &guest.submit_ns,
                     &guest.submit_page_ns,  &guest.host_lock_ns,    &guest.add_ns,           &guest.add_segment_ns,
                     &guest.kick_ns,         &guest.complete_ns,     &guest.complete_page_ns, &guest.reap_call_ns,
                     &guest.reap_event_ns,   &guest.wake_process_ns, &guest.interrupt_ns,     &guest.interrupt_entry_ns,
                     &guest.halt_latency_ns, &guest.halt_cpu_ns,     &host.loop_iteration_ns, &host.loop_fd_ns,
                     &host.loop_wakeup_ns,   &host.pop_ns,           &host.pop_page_ns,       &host.finish_ns,
                     &host.scan_entry_ns,    &host.complete_ns,      &host.complete_page_ns,  &host.inject_ns,
                     &host.worker_wakeup_ns, &host.wake_thread_ns,   &host.pool_lock_ns,      &host.worker_ns,
                     &host.worker_page_ns,   &host.drain_ns})
    cost->shape = Shape::kConstant;

  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  rig.machine.stages.check(rig.calendar.now());
  const StageSums sums = rig.machine.stages.sums(rig.calendar.now());
  const auto requests = rig.total(sim::Count::kCompleted);
  ASSERT_EQ(requests, 100u);

  // An iteration polls the queue's descriptor, two of the device and six of the process.
  const double poll = host.loop_iteration_ns.mean_ns + 9 * host.loop_fd_ns.mean_ns;
  const double loop_wakes = host.loop_wakeup_ns.mean_ns;
  const double copy = kPageBytes / testbed.hardware.copy_gb_per_s;
  const std::map<Stage, std::pair<double, double>> expected{
      // queueing, service
      {Stage::kSubmit,
       {0, guest.submit_ns.mean_ns + guest.submit_page_ns.mean_ns + guest.segment_page_ns.mean_ns +
               guest.lun_lock_ns.mean_ns}},
      {Stage::kRingFull, {0, 0}},
      {Stage::kHostLock, {0, guest.host_lock_ns.mean_ns}},
      {Stage::kTargetLock, {0, 0}},  // there is one queue
      {Stage::kQueueLock, {0, guest.add_ns.mean_ns + 3 * guest.add_segment_ns.mean_ns}},
      {Stage::kKick, {0, guest.kick_ns.mean_ns}},
      // The loop sleeps. It wakes a worker, from the second request on.
      {Stage::kHostDispatch,
       {loop_wakes + poll + host.drain_ns.mean_ns,
        host.pop_ns.mean_ns + host.pop_page_ns.mean_ns + host.wake_thread_ns.mean_ns}},
      {Stage::kPoolWait, {host.worker_wakeup_ns.mean_ns, 0}},
      {Stage::kPoolLock, {0, host.pool_lock_ns.mean_ns}},
      {Stage::kWorker, {0, host.worker_ns.mean_ns + host.worker_page_ns.mean_ns}},
      {Stage::kDeviceCommand, {0, 0}},
      {Stage::kDevice, {0, 0}},
      // A transfer ends with a whole nanosecond.
      {Stage::kCopy, {1, std::floor(copy)}},
      // The loop has gone to sleep after the pop. It finds the request in one iteration, and completes it in the next.
      {Stage::kCompletion,
       {loop_wakes + 2 * poll, host.finish_ns.mean_ns + host.scan_entry_ns.mean_ns + host.complete_ns.mean_ns +
                                   host.complete_page_ns.mean_ns}},
      {Stage::kInjection, {0, host.inject_ns.mean_ns}},
      {Stage::kInterrupt,
       {guest.halt_latency_ns.mean_ns + guest.halt_cpu_ns.mean_ns + guest.interrupt_ns.mean_ns,
        guest.interrupt_entry_ns.mean_ns}},
      {Stage::kSoftirq,
       {0, guest.unbusy_ns.mean_ns + guest.lun_lock_ns.mean_ns + guest.complete_ns.mean_ns +
               guest.complete_page_ns.mean_ns + guest.wake_process_ns.mean_ns}},
      // The softirq takes the host's lock once more before the process runs.
      {Stage::kWakeUp, {guest.unbusy_ns.mean_ns, guest.reap_call_ns.mean_ns + guest.reap_event_ns.mean_ns}}};
  for (const auto& [stage, times] : expected) {
    const auto& [queueing, service] = times;
    const auto n = static_cast<double>(requests);
    const double tolerance = stage == Stage::kHostDispatch ? host.wake_thread_ns.mean_ns / n : 0.5;
    EXPECT_NEAR(static_cast<double>(of(sums.service, stage)) / n, service, tolerance) << static_cast<int>(stage);
    EXPECT_NEAR(static_cast<double>(of(sums.latency, stage)) / n, queueing + service, tolerance + 1)
        << static_cast<int>(stage);
  }
}

// Together the stages of all requests are what the histogram of latencies has seen, whatever way they took.
TEST(Stages, AddUpToTheLatency) {
  Testbed full = short_testbed();  // rings that refuse, LUNs that hold back
  full.targets = 6;
  full.controller.virtqueue_size = 16;
  full.controller.indirect_desc = false;
  full.controller.cmd_per_lun = 3;
  full.job.bsrange = {kPageBytes, 4 * kPageBytes};
  Testbed crowded = short_testbed();  // threads lose their CPUs in the middle of everything
  crowded.targets = 4;
  crowded.hardware.physical_cpus = 2;
  crowded.guest.migration_interval_ns = 1e5;
  Testbed slow = short_testbed();
  slow.host.slow_targets = 1;
  slow.controller.ring = "packed";
  slow.guest.rq_affinity = false;
  Testbed drive = short_testbed();
  drive.host.backend = "flash";
  drive.host.slow_targets = 1;
  drive.targets = 2;
  Testbed iothread = short_testbed();
  iothread.host.server = "iothreads";
  iothread.host.aio = "native";
  iothread.host.backend = "flash";
  for (const Testbed& testbed : {full, crowded, slow, drive, iothread}) {
    TestbedRig rig(testbed);
    while (!rig.ended && rig.calendar.now() < Instant{} + 10s) {
      rig.run_for(1ms);
      rig.machine.stages.check(rig.calendar.now());
    }
    ASSERT_TRUE(rig.ended);
    const StageSums sums = rig.machine.stages.sums(rig.calendar.now());
    EXPECT_EQ(std::accumulate(sums.latency.begin(), sums.latency.end(), std::uint64_t{0}),
              rig.counters.latency.sum_ns());
    EXPECT_EQ(sums.latency, sums.area);  // nothing is left on its way
    for (std::size_t i = 0; i < kStages; ++i)
      EXPECT_GE(sums.latency[i] + rig.counters.latency.count(), sums.service[i]) << kStageNames[i];
  }
}

TEST(Stages, OfAPointAddUpToItsMeanLatency) {
  Testbed testbed;
  testbed.targets = 4;
  const PointResult result = run_point(testbed, Precision{.half_width_percent = 5}, 1);
  double latency_us = 0;
  double requests = 0;
  double iops = 0;
  double mean_us = 0;
  for (const Quantity& quantity : result.quantities) {
    if (quantity.name == "iops") iops = quantity.value;
    if (quantity.name == "latency_mean_us") mean_us = quantity.value;
  }
  ASSERT_EQ(result.stages.size(), kStages);
  for (const StageTimes& times : result.stages) {
    latency_us += times.latency_us.value;
    requests += times.requests.value;
    EXPECT_NEAR(times.queueing_us.value + times.service_us.value, times.latency_us.value, 1e-9) << times.stage;
    // Little's law over the run: what is on its way at both ends is less than 2 % of what passed.
    EXPECT_NEAR(times.requests.value, iops * times.latency_us.value * 1e-6, 0.02 * times.requests.value + 0.02)
        << times.stage;
  }
  EXPECT_NEAR(latency_us, mean_us, 1e-9 * mean_us);
  EXPECT_NEAR(requests, 15, 1);  // of 16; the others wait for their process to submit them
}

}  // namespace
}  // namespace vqlab::test

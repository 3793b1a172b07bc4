// Workloads in which steering policies differ: what each feature promises, whole testbeds running.
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/steering/policy.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

void expect_none_lost(TestbedRig& rig) {
  ASSERT_TRUE(rig.run_to_end()) << rig.total(Count::kCompleted) << " of " << rig.requests();
  EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
  EXPECT_EQ(rig.log.taken_total, rig.requests());
  EXPECT_EQ(rig.log.taken_twice, 0u);
}

TEST(Workloads, AThinkingJobsThroughputIsArithmetic) {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.job.loops = 1000;
  testbed.job.thinktime_us = 1000;
  testbed.job.thinktime_blocks = 3;
  // Nothing but the think time is between one burst and the next.
  testbed.mechanisms.halts = false;
  testbed.mechanisms.cstates = false;
  testbed.guest_costs.timer_late_ns.mean_ns = 0;
  testbed.guest_costs.interrupt_ns.mean_ns = 0;
  testbed.guest_costs.wake_process_ns.mean_ns = 0;
  testbed.guest_costs.reap_call_ns.mean_ns = 0;
  testbed.job.iodepth = 1;
  TestbedRig rig(testbed);
  rig.run_for(1s);
  // A burst takes three latencies, one after the other, and a thought.
  const double burst_s = 3 * rig.counters.latency.mean_ns() * 1e-9 + 1e-3;
  EXPECT_NEAR(static_cast<double>(rig.total(Count::kCompleted)), 3 / burst_s, 4);
}

TEST(Workloads, WhatIsInFlightComesBackBeforeAThought) {
  Testbed testbed = short_testbed();
  testbed.job.thinktime_us = 100;
  testbed.job.thinktime_blocks = 2;
  TestbedRig rig(testbed);
  expect_none_lost(rig);
  for (const std::uint32_t lun : {0u, 1u}) EXPECT_LE(rig.log.most_in_flight(lun), 2u);
}

TEST(Workloads, ALimitedJobHoldsItsRate) {
  for (const char* process : {"linear", "poisson"}) {
    Testbed testbed = short_testbed();
    testbed.targets = 4;
    testbed.job.loops = 1000;
    testbed.job.rate_iops = 500;
    testbed.job.rate_process = process;
    TestbedRig rig(testbed);
    rig.run_for(1s);
    // 2000 in all; of a Poisson process the standard deviation is 45, four of them.
    EXPECT_NEAR(static_cast<double>(rig.total(Count::kCompleted)), 2000, *process == 'l' ? 4 : 180);
  }
}

TEST(Workloads, TheLastTargetsRunTheOtherJob) {
  Testbed testbed = short_testbed();
  testbed.targets = 3;
  testbed.other_job_targets = 1;
  testbed.other_job = testbed.job;
  testbed.other_job.iodepth = 7;
  testbed.other_job.loops = 2;
  testbed.other_job.numjobs = 2;
  testbed.luns_per_target = 2;
  testbed.host.worker_threads_max = 1;  // so that requests pile up
  EXPECT_EQ(testbed.processes(), 4u);
  EXPECT_EQ(testbed.requests_in_flight(), 2 * 4 + 2 * 7);
  TestbedRig rig(testbed);
  expect_none_lost(rig);
  EXPECT_EQ(rig.total(Count::kBytes), (2u + 2u * 2u) << 20);
}

TEST(Workloads, AMixMovesItsBytesInBothDirections) {
  Testbed testbed = short_testbed();
  testbed.job.rw = "randrw";
  TestbedRig rig(testbed);
  expect_none_lost(rig);
}

// One process on each of 8 targets, each request a wake-up.
Testbed one_by_one() {
  Testbed testbed = short_testbed();
  testbed.targets = 8;
  testbed.job.iodepth = 1;
  testbed.job.loops = 4;
  testbed.guest.policy = "per_vcpu";
  return testbed;
}

TEST(Workloads, PinnedProcessesNeverLeave) {
  Testbed testbed = one_by_one();
  testbed.guest.pinned_vcpus = 3;
  TestbedRig rig(testbed);
  expect_none_lost(rig);
  for (const std::uint32_t vcpu : {0u, 1u, 2u}) EXPECT_GT(rig.wires.kicks[vcpu], 0u);
  EXPECT_EQ(rig.wires.kicks[3], 0u);
}

TEST(Workloads, ProcessesMigrateAsOftenAsAsked) {
  Testbed testbed = one_by_one();
  testbed.targets = 1;
  testbed.job.loops = 1000;
  testbed.guest.migration_interval_ns = 1e6;
  TestbedRig rig(testbed);
  rig.run_for(400ms);
  // Each migration is to another vCPU and so to another queue: 400, standard deviation 20, four of them. Intervals
  // begin at the wake-up after the last one has ended, some 100 us later on average: 10 % fewer.
  EXPECT_NEAR(static_cast<double>(rig.total(Count::kQueueSwitches)), 360, 80);
}

TEST(Workloads, ABusyProcessMigratesWithRequestsInFlight) {
  Testbed testbed = one_by_one();
  testbed.targets = 4;
  testbed.job.iodepth = 32;
  testbed.job.loops = 50;
  testbed.guest.migration_interval_ns = 2e5;
  TestbedRig blk_mq(testbed);
  expect_none_lost(blk_mq);
  EXPECT_GT(blk_mq.total(Count::kReorders), 0u);
  testbed.guest.policy = "target_sticky";
  TestbedRig series(testbed);
  expect_none_lost(series);
  EXPECT_EQ(series.total(Count::kReorders), 0u);
}

Testbed plugged() {
  Testbed testbed = short_testbed();
  testbed.targets = 12;
  testbed.job.loops = 40;
  testbed.guest.migration_interval_ns = 1e6;
  // Of what is in flight when a vCPU goes some comes back long after.
  testbed.host.slow_targets = 6;
  testbed.host.slow_target_ns = {3e6, Shape::kConstant};
  testbed.hotplug = {.vcpus = 2, .offline_s = 0.004, .online_s = 0.012, .period_s = 0.02};
  return testbed;
}

std::vector<Duration> busy_times(const TestbedRig& rig) {
  std::vector<Duration> busy;
  for (std::uint32_t vcpu = 0; vcpu < rig.testbed.guest.vcpus; ++vcpu)
    busy.push_back(rig.guest.busy_time(VcpuId(vcpu)));
  return busy;
}

class EveryPolicy : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Workloads, EveryPolicy, testing::ValuesIn(Registry<PolicyEntry>::instance().names()),
                         [](const auto& policy) { return policy.param; });

TEST_P(EveryPolicy, NothingIsLostOrLeftOnVcpusThatGo) {
  Testbed testbed = plugged();
  testbed.guest.policy = GetParam();
  TestbedRig rig(testbed);
  for (int round = 0; round < 2; ++round) {
    // They have gone a millisecond before, and come back a millisecond later.
    rig.run_for(5ms);
    const std::vector<Duration> gone = busy_times(rig);
    rig.run_for(6ms);
    const std::vector<Duration> then = busy_times(rig);
    rig.run_for(9ms);
    const std::vector<Duration> back = busy_times(rig);
    for (const std::size_t vcpu : {0u, 1u}) EXPECT_GT(then[vcpu], gone[vcpu]);
    for (const std::size_t vcpu : {2u, 3u}) {
      EXPECT_EQ(then[vcpu], gone[vcpu]);
      EXPECT_GT(back[vcpu], then[vcpu]);
    }
  }
  expect_none_lost(rig);
}

// Takes note of the vCPUs that it is told of.
struct Heard {
  std::set<std::uint32_t> vcpus_online;
  std::vector<std::uint32_t> changes;
  bool by_one_offline = false;
};
Heard heard;

class Listening final : public SteeringPolicy {
 public:
  void vcpus_changed(std::uint32_t online, PolicyMemory&) const override { heard.changes.push_back(online); }
  QueueId pick(const SteeringView& view) const override {
    heard.vcpus_online.insert(view.vcpus_online);
    if (view.submitter.value >= view.vcpus_online) heard.by_one_offline = true;
    return QueueId(view.submitter.value % view.queues);
  }
};
const PolicyRegistration listening{"listening",
                                   {.promise = OrderPromise::kNone,
                                    .cost = {},
                                    .help = "for this test",
                                    .source = "none",
                                    .make = make_policy<Listening>}};

TEST(Workloads, APolicyHearsOfVcpusThatGoOnceTheyHaveEnded) {
  Testbed testbed = plugged();
  testbed.guest.policy = "listening";
  heard = {};
  TestbedRig rig(testbed);
  expect_none_lost(rig);
  EXPECT_EQ(heard.vcpus_online, (std::set<std::uint32_t>{2, 4}));
  EXPECT_FALSE(heard.by_one_offline);
  ASSERT_GT(heard.changes.size(), 3u);
  for (std::size_t i = 0; i < heard.changes.size(); ++i) EXPECT_EQ(heard.changes[i], i % 2 == 0 ? 2u : 4u);
}

TEST(Workloads, ThinkersWakeOnVcpusThatStay) {
  Testbed testbed = plugged();
  testbed.job.loops = 1;
  testbed.job.thinktime_us = 3000;
  testbed.job.thinktime_blocks = 2;
  testbed.guest.migration_interval_ns = 0;
  testbed.guest.affinity_hints = false;  // all interrupts go to the last vCPU that is online
  TestbedRig rig(testbed);
  rig.run_for(5ms);
  const std::vector<Duration> gone = busy_times(rig);
  rig.run_for(6ms);
  const std::vector<Duration> then = busy_times(rig);
  for (const std::size_t vcpu : {2u, 3u}) EXPECT_EQ(then[vcpu], gone[vcpu]);
  expect_none_lost(rig);
}

TEST(Workloads, OnlySlowTargetsAreSlow) {
  Testbed testbed = short_testbed();
  testbed.targets = 4;
  testbed.controller.devices = 2;  // the targets of which are 0 and 2, 1 and 3
  testbed.host.slow_targets = 2;
  testbed.host.slow_target_ns = {2e6, Shape::kConstant};
  TestbedRig rig(testbed);
  expect_none_lost(rig);
  // Half of the requests, more or less by their sizes, take 2 ms longer than usual.
  EXPECT_LT(rig.counters.latency.quantile_ns(0.4), 1e6);
  EXPECT_GT(rig.counters.latency.quantile_ns(0.6), 2e6);
  const double awake = seconds(rig.host.server().aios().front()->pool_times().awake);
  EXPECT_LT(awake, 0.05);  // else each slow request would count 2 ms of a worker's time: some 60 of them
}

}  // namespace
}  // namespace vqlab::test

// Workloads in which steering policies differ: what each feature promises, whole testbeds running.
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace vqlab::test

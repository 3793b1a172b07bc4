// Guest and host together: nothing is lost, whatever the configuration.
#include <gtest/gtest.h>
#include <numeric>
#include <string>
#include <tuple>

#include "models/testbed/guest_driver.hpp"
#include "tests/support/expect_all_served.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

using Variant = std::tuple<std::string, std::string, bool, bool>;
class EveryDriver : public testing::TestWithParam<Variant> {};

std::string name_of(const testing::TestParamInfo<Variant>& info) {
  const auto& [driver, api, indirect, event_idx] = info.param;
  return driver + "_" + api + (indirect ? "_indirect" : "") + (event_idx ? "_event_idx" : "");
}
INSTANTIATE_TEST_SUITE_P(Pipeline, EveryDriver,
                         testing::Combine(testing::ValuesIn(Registry<DriverVersion>::instance().names()),
                                          testing::Values("add_buf", "piecewise", "add_sgs"), testing::Bool(),
                                          testing::Bool()),
                         name_of);

TEST_P(EveryDriver, ServesEveryRequest) {
  const auto& [driver, api, indirect, event_idx] = GetParam();
  Testbed testbed = short_testbed();
  testbed.targets = 8;
  testbed.job.loops = 2;
  testbed.guest.driver = driver;
  testbed.guest.buffer_api = api;
  testbed.controller.indirect_desc = indirect;
  testbed.controller.event_idx = event_idx;
  testbed.guest.migration_interval_ns = 1e5;
  testbed.controller.num_queues = driver_version(testbed).most_queues;
  TestbedRig rig(testbed);
  expect_all_served(rig);
  if (order_promise(testbed) != OrderPromise::kNone) {
    EXPECT_EQ(rig.total(Count::kReorders), 0u);
  }
}

TEST_P(EveryDriver, ServesSeveralJobsOnOneTarget) {
  // The driver that linearises has one table for each target: two vCPUs must not write it at once.
  const auto& [driver, api, indirect, event_idx] = GetParam();
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.job.numjobs = 8;
  testbed.guest.vcpus = 8;
  testbed.guest.driver = driver;
  testbed.guest.buffer_api = api;
  testbed.controller.indirect_desc = indirect;
  testbed.controller.event_idx = event_idx;
  testbed.controller.num_queues = 1;
  TestbedRig rig(testbed);
  expect_all_served(rig);
}

TEST(Pipeline, ASecondObserverHearsWhatTheFirstHears) {
  TestbedRig rig(short_testbed());
  CommandLog second(rig.testbed.targets, rig.layout.commands, rig.counters, 1);
  rig.machine.observers.add(second);
  expect_all_served(rig);
  EXPECT_GT(second.taken_total, 0u);
  EXPECT_EQ(second.accepted_total, rig.log.accepted_total);
  EXPECT_EQ(second.taken_total, rig.log.taken_total);
  EXPECT_EQ(second.most_in_flight(1), rig.log.most_in_flight(1));
}

TEST(Pipeline, TheLoopsAreDoneOnce) {
  Testbed testbed = short_testbed();
  testbed.job.loops = 3;
  TestbedRig rig(testbed);
  expect_all_served(rig);
  const auto completed = rig.total(Count::kCompleted);
  rig.run_for(100ms);
  EXPECT_EQ(rig.total(Count::kCompleted), completed);
}

TEST(Pipeline, CopiesAreTheBytesOfTheRequests) {
  TestbedRig rig(short_testbed());
  expect_all_served(rig);
  EXPECT_EQ(rig.bus.bytes_moved(), rig.total(Count::kBytes));
}

TEST(Pipeline, TheNullBackEndMovesNothing) {
  Testbed testbed = short_testbed();
  testbed.host.backend = "null";
  TestbedRig rig(testbed);
  expect_all_served(rig);
  EXPECT_EQ(rig.bus.bytes_moved(), 0u);
}

TEST(Pipeline, WritesAreServed) {
  Testbed testbed = short_testbed();
  testbed.job.rw = "randwrite";
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
  EXPECT_EQ(rig.bus.bytes_moved(), rig.total(Count::kBytes));
}

TEST(Pipeline, WithoutEventIndexEveryRequestIsKicked) {
  // The device of QEMU 1.3 never asks for silence by flag.
  Testbed testbed = short_testbed();
  testbed.targets = 16;
  testbed.controller.event_idx = false;
  TestbedRig rig(testbed);
  expect_all_served(rig);
  EXPECT_EQ(rig.total(Count::kKicks), rig.total(Count::kCompleted));
  // The driver does ask for silence while its handler runs.
  EXPECT_LE(rig.total(Count::kInterrupts), rig.total(Count::kCompleted));
  EXPECT_GT(rig.total(Count::kInterrupts), rig.total(Count::kCompleted) / 4);
}

TEST(Pipeline, WithEventIndexKicksAreSaved) {
  Testbed testbed = short_testbed();
  testbed.targets = 16;
  TestbedRig rig(testbed);
  expect_all_served(rig);
  EXPECT_LT(rig.per_io(Count::kKicks), 0.95);
  EXPECT_GT(rig.per_io(Count::kKicks), 0.05);
}

TEST(Pipeline, WhatIsCountedIsWhatPassed) {
  Testbed testbed = short_testbed();
  testbed.targets = 8;
  TestbedRig rig(testbed);
  expect_all_served(rig);
  EXPECT_EQ(std::accumulate(rig.wires.kicks.begin(), rig.wires.kicks.end(), std::uint64_t{0}),
            rig.total(Count::kKicks));
  EXPECT_EQ(std::accumulate(rig.wires.interrupts.begin(), rig.wires.interrupts.end(), std::uint64_t{0}),
            rig.total(Count::kInterrupts));
  EXPECT_GE(rig.total(Count::kExits), rig.total(Count::kKicks) + rig.total(Count::kInterrupts));
}

TEST(Pipeline, EachDeviceHasQueuesOfItsOwn) {
  Testbed testbed = short_testbed();
  testbed.targets = 8;
  testbed.controller.devices = 2;
  testbed.controller.num_queues = 1;
  TestbedRig rig(testbed);
  expect_all_served(rig);
  ASSERT_EQ(rig.wires.kicks.size(), 2u);
  EXPECT_GT(rig.wires.kicks[0], 0u);
  EXPECT_GT(rig.wires.kicks[1], 0u);
}

// Busy time of each vCPU beyond that of an identical run with `other` delivery tells where interrupts went; with one
// job on vCPU 0 and nothing else, every other vCPU works for interrupts alone.
TEST(Pipeline, InterruptsGoWhereTheyAreRouted) {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.guest.vcpus = 3;
  testbed.controller.num_queues = 1;
  {
    TestbedRig pinned(testbed);  // to the last vCPU
    expect_all_served(pinned);
    EXPECT_EQ(pinned.guest.busy_time(VcpuId(1)), 0ns);
    EXPECT_GT(pinned.guest.busy_time(VcpuId(2)), 0ns);
  }
  {
    testbed.guest.unhinted_delivery = "round_robin";
    TestbedRig turns(testbed);
    expect_all_served(turns);
    EXPECT_GT(turns.guest.busy_time(VcpuId(1)), 0ns);
    EXPECT_GT(turns.guest.busy_time(VcpuId(2)), 0ns);
  }
  {
    testbed.controller.num_queues = 3;  // hinted: queue 0, which the job on vCPU 0 uses, to vCPU 0
    TestbedRig hinted(testbed);
    expect_all_served(hinted);
    EXPECT_EQ(hinted.guest.busy_time(VcpuId(1)), 0ns);
    EXPECT_EQ(hinted.guest.busy_time(VcpuId(2)), 0ns);
  }
}

TEST(Pipeline, WithoutRqAffinityCompletionsStayWhereTheInterruptWas) {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.guest.vcpus = 2;
  testbed.controller.num_queues = 1;  // interrupts on vCPU 1, the job on vCPU 0
  testbed.guest.pinned_vcpus = 1;
  TestbedRig with(testbed);
  testbed.guest.rq_affinity = false;
  TestbedRig without(testbed);
  expect_all_served(with);
  expect_all_served(without);
  // The softirq's work moves from the submitter's vCPU to the interrupt's.
  EXPECT_LT(without.guest.busy_time(VcpuId(0)), with.guest.busy_time(VcpuId(0)));
}

TEST(Pipeline, CmdPerLunLimitsTheCommandsOfAUnit) {
  Testbed testbed = short_testbed();
  testbed.targets = 3;
  testbed.job.iodepth = 8;
  testbed.controller.cmd_per_lun = 2;
  TestbedRig rig(testbed);
  expect_all_served(rig);
  for (std::uint32_t lun = 0; lun < 3; ++lun) EXPECT_EQ(rig.log.most_in_flight(lun), 2u);
  EXPECT_EQ(rig.total(Count::kRequeues), 0u);  // waiting for the limit is no refusal
}

TEST(Pipeline, TheDeviceIsNotifiedOutsideTheLock) {
  // Two vCPUs share a queue. Would they hold its lock through the kick, each would wait for the other's millisecond.
  Testbed testbed = short_testbed();
  testbed.guest.vcpus = 2;
  testbed.controller.num_queues = 1;
  testbed.guest_costs.kick_ns = {1e6, Shape::kConstant};
  TestbedRig rig(testbed);
  expect_all_served(rig);
  ASSERT_GT(rig.total(Count::kKicks), 10u);
  EXPECT_LT(rig.guest.lock_wait(), 1ms);
}

TEST(Pipeline, QueuesOfTheirOwnSpareLockWaits) {
  Testbed testbed = short_testbed();
  testbed.targets = 16;
  TestbedRig several(testbed);
  testbed.controller.num_queues = 1;
  TestbedRig one(testbed);
  expect_all_served(several);
  expect_all_served(one);
  EXPECT_LT(several.guest.lock_wait(), one.guest.lock_wait());
}

TEST(Pipeline, EveryRequestHasALatency) {
  TestbedRig rig(short_testbed());
  expect_all_served(rig);
  EXPECT_EQ(rig.counters.latency.count(), rig.total(Count::kCompleted));
}

TEST(Pipeline, TheSameSeedIsTheSameRun) {
  Testbed testbed = short_testbed();
  testbed.targets = 8;
  TestbedRig a(testbed, 5);
  TestbedRig b(testbed, 5);
  TestbedRig c(testbed, 6);
  for (TestbedRig* rig : {&a, &b, &c}) rig->run_for(5ms);
  EXPECT_EQ(a.counters.totals, b.counters.totals);
  EXPECT_EQ(a.calendar.steps_run(), b.calendar.steps_run());
  EXPECT_EQ(a.guest.lock_wait(), b.guest.lock_wait());
  EXPECT_NE(a.calendar.steps_run(), c.calendar.steps_run());
}

}  // namespace
}  // namespace vqlab::test

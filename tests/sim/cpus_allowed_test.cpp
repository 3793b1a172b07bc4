// Processes that are confined to some vCPUs, and those that think on them.
#include <gtest/gtest.h>

#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

// Interrupts of one queue go to vCPU 3; whoever runs elsewhere is seen by the busy times of the others.
Testbed confined_to(const char* vcpus, const char* policy) {
  Testbed testbed = short_testbed();
  testbed.guest.vcpus = 4;
  testbed.guest.policy = "single_queue";
  testbed.controller.num_queues = 1;
  testbed.targets = 4;
  testbed.job.bs = "4k";
  testbed.job.cpus_allowed = vcpus;
  testbed.job.cpus_allowed_policy = policy;
  return testbed;
}

Duration busy_time_of(const TestbedRig& rig, std::uint32_t vcpu) { return rig.guest.busy_time(VcpuId(vcpu)); }

TEST(CpusAllowed, ProcessesRunNowhereElse) {
  for (const char* topology : {"sockets", "cores"})
    for (const char* policy : {"shared", "split"}) {
      Testbed testbed = confined_to("1-2", policy);
      testbed.guest.topology = topology;
      testbed.guest.rq_affinity = false;
      TestbedRig rig(testbed);
      ASSERT_TRUE(rig.run_to_end());
      EXPECT_EQ(busy_time_of(rig, 0), 0us) << topology << ' ' << policy;
      EXPECT_GT(busy_time_of(rig, 1), 0us) << topology << ' ' << policy;
      EXPECT_GT(busy_time_of(rig, 2), 0us) << topology << ' ' << policy;
      EXPECT_GT(busy_time_of(rig, 3), 0us);  // interrupts
    }
}

TEST(CpusAllowed, LoadBalancingKeepsToThem) {
  Testbed testbed = confined_to("1", "shared");
  testbed.job.iodepth = 32;
  testbed.guest.balance_interval_ns = 25000;
  testbed.guest.sched_migration_cost_ns = 0;
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_EQ(busy_time_of(rig, 0), 0us);
  EXPECT_EQ(busy_time_of(rig, 2), 0us);
}

TEST(CpusAllowed, EachJobHasItsOwn) {
  Testbed testbed = confined_to("", "shared");
  testbed.jobs = {{"a", {{"cpus_allowed", std::string("1")}, {"targets", std::string("0-1")}}},
                  {"b", {{"cpus_allowed", std::string("2")}, {"targets", std::string("2-3")}}}};
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_EQ(busy_time_of(rig, 0), 0us);
  EXPECT_GT(busy_time_of(rig, 1), 0us);
  EXPECT_GT(busy_time_of(rig, 2), 0us);
}

// 256 reads, 100 us of thought each: asleep they take no CPU time, spinning all of it.
TEST(ThinkTime, MaySpin) {
  const auto of = [](std::uint32_t spin_us) {
    Testbed testbed = short_testbed();
    testbed.targets = 1;
    testbed.guest.vcpus = 1;
    testbed.job.bs = "4k";
    testbed.job.thinktime_us = 100;
    testbed.job.thinktime_spin_us = spin_us;
    TestbedRig rig(testbed);
    EXPECT_TRUE(rig.run_to_end());
    EXPECT_GT(rig.calendar.now(), Instant{} + 25500us);
    return rig.guest.busy_time(VcpuId(0));
  };
  EXPECT_NEAR(static_cast<double>((of(60) - of(0)).count()), 255 * 60e3, 255 * 6e3);
}

}  // namespace
}  // namespace vqlab::test

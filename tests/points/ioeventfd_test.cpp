// Without ioeventfds a vCPU takes and submits its requests in its own thread: the host's part, to the nanosecond.
#include <gtest/gtest.h>

#include "analysis/scenario/section.hpp"
#include "tests/support/host_rig.hpp"

namespace vqlab::test {
namespace {

// Leaving the guest for QEMU takes 2 us, popping 3; a system call 500 ns and 1 us for each of its requests; an
// iteration of the main loop 10 us, finishing and completing 3 us.
Testbed vcpu_kicks_testbed(std::int64_t batch = 32) {
  PointSpec spec{host_testbed(), {}};
  spec.testbed.controller.ioeventfd = false;
  spec.testbed.host.server = "iothreads";
  spec.testbed.host.aio = "native";
  spec.testbed.host_costs.user_exit_ns = {2000, Shape::kConstant};
  find_param("native.submit_call_ns").set(spec, Cost{500, Shape::kConstant});
  find_param("native.submit_ns").set(spec, Cost{1000, Shape::kConstant});
  find_param("iothreads.aio-max-batch").set(spec, batch);
  return spec.testbed;
}

TEST(Ioeventfd, WithoutItTheVcpuTakesAndSubmitsAllThatIsInTheRing) {
  for (const std::int64_t batch : {32, 1}) {
    HostRig rig(vcpu_kicks_testbed(batch));
    for (std::uint64_t tag = 0; tag < 3; ++tag) (void)rig.add(0, tag);
    const sim::ServedKick kick = rig.machine.host->begin_kick(0);
    EXPECT_EQ(kick.time, 2us + 3 * 3us + (batch == 1 ? 3 : 1) * 500ns + 3 * 1us);
    EXPECT_EQ(kick.requests, 3u);
    EXPECT_EQ(rig.log.taken_total, 3u);
    rig.run_to(kick.time);
    EXPECT_FALSE(rig.machine.host->end_kick(0, kick));
    rig.run_to(1ms);
    // The main loop has done nothing but complete them, after one look and with one interrupt.
    EXPECT_EQ(rig.host.server().busy_times().front(), 10us + 3 * 3us + 1500ns);
    EXPECT_EQ(rig.interrupts.size(), 1u);
  }
}

TEST(Ioeventfd, WhatComesMeanwhileIsTakenByTheSameVcpu) {
  HostRig rig(vcpu_kicks_testbed());
  (void)rig.add(0, 0);
  const sim::ServedKick kick = rig.machine.host->begin_kick(0);
  EXPECT_FALSE(rig.add(0, 1)) << "nobody needs to kick again";
  EXPECT_TRUE(rig.machine.host->end_kick(0, kick));
  EXPECT_EQ(rig.machine.host->begin_kick(0).requests, 1u);
}

TEST(Ioeventfd, VcpusWaitForTheBigLock) {
  HostRig rig(vcpu_kicks_testbed());
  (void)rig.add(0, 0);
  (void)rig.add(1, 1);
  const sim::ServedKick first = rig.machine.host->begin_kick(0);
  const sim::ServedKick second = rig.machine.host->begin_kick(1);
  EXPECT_EQ(first.time, 2us + 4500ns);
  EXPECT_EQ(second.time, 2us + 2 * 4500ns);
}

}  // namespace
}  // namespace vqlab::test

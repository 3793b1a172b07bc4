// Fewer interrupt vectors than virtqueues, and queues and interrupts that are kept from a set of vCPUs.
#include <gtest/gtest.h>
#include <vector>

#include "models/command/queue_map.hpp"
#include "tests/support/expect_all_served.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

// Four queues; the processes are on vCPU 0, and what completes where is interrupted stays there.
Testbed on_first_vcpu(std::int64_t vectors) {
  Testbed testbed = short_testbed();
  testbed.guest.vcpus = 4;
  testbed.guest.policy = "round_robin";
  testbed.guest.pinned_vcpus = 1;
  testbed.guest.rq_affinity = false;
  testbed.controller.num_queues = 4;
  testbed.controller.vectors = vectors;
  return testbed;
}

std::vector<bool> working_vcpus(const TestbedRig& rig) {
  std::vector<bool> working;
  for (std::uint32_t vcpu = 0; vcpu < rig.testbed.guest.vcpus; ++vcpu)
    working.push_back(rig.guest.busy_time(VcpuId(vcpu)) > Duration{0});
  return working;
}

TEST(FewVectors, OneVectorTakesAllInterruptsOfADeviceToOneVcpu) {
  TestbedRig own(on_first_vcpu(7));  // four queues, control, events, configuration
  expect_all_served(own);
  EXPECT_EQ(working_vcpus(own), (std::vector<bool>(4, true)));
  for (const char* const ring : {"split", "packed"}) {
    Testbed testbed = on_first_vcpu(6);
    testbed.controller.ring = ring;
    testbed.controller.devices = 2;
    TestbedRig shared(testbed);
    expect_all_served(shared);
    EXPECT_EQ(working_vcpus(shared), (std::vector<bool>{true, false, false, true}));
    // Each ring asks for its own interrupts.
    for (const std::uint64_t interrupts : shared.wires.interrupts) EXPECT_GT(interrupts, 0u);
  }
}

TEST(FewVectors, TheVectorGoesRoundWhereInterruptsDo) {
  Testbed testbed = on_first_vcpu(2);
  testbed.guest.unhinted_delivery = "round_robin";
  TestbedRig rig(testbed);
  expect_all_served(rig);
  EXPECT_EQ(working_vcpus(rig), (std::vector<bool>(4, true)));
}

// One request is in flight, so each handler finds one of four queues used, and the control and event queue empty.
TEST(FewVectors, EachEmptyVirtqueueCostsALook) {
  const auto interrupted_vcpu = [](double look_ns) {
    Testbed testbed = on_first_vcpu(2);
    testbed.targets = 1;
    testbed.job.iodepth = 1;
    testbed.hardware.threads_per_core = 1;  // nobody is slowed down
    testbed.guest_costs.empty_look_ns = {look_ns, Shape::kConstant};
    TestbedRig rig(testbed);
    expect_all_served(rig);
    EXPECT_EQ(rig.total(Count::kDeliveries), rig.requests());
    return std::pair(rig.guest.busy_time(VcpuId(3)), rig.requests());
  };
  const auto [quick, requests] = interrupted_vcpu(10);
  const auto [slow, same] = interrupted_vcpu(1010);
  EXPECT_EQ(slow - quick, requests * 5 * 1us);
  EXPECT_EQ(same, requests);
}

std::vector<std::uint32_t> queues_of(const QueueMap& map, std::uint32_t vcpus) {
  std::vector<std::uint32_t> of;
  for (std::uint32_t vcpu = 0; vcpu < vcpus; ++vcpu) of.push_back(map.queue_of(VcpuId(vcpu)).value);
  return of;
}

// Without managed affinity blk-mq deals CPUs out in turn (blk_mq_map_queues). Isolated ones come last, in turn, too.
TEST(FewVectors, BlkMqsMap) {
  EXPECT_EQ(queues_of(QueueMap(2, 5, QueueMap::Dealing::kInTurn), 5), (std::vector<std::uint32_t>{0, 1, 0, 1, 0}));
  EXPECT_EQ(queues_of(QueueMap(2, 4), 7), (std::vector<std::uint32_t>{0, 0, 1, 1, 0, 1, 0}));
  EXPECT_EQ(queues_of(QueueMap(8, 2), 4), (std::vector<std::uint32_t>{0, 1, 0, 1}));
}

TEST(IsolatedVcpus, SubmitToTheQueuesOfOthersAndTakeNoInterrupts) {
  for (const char* const driver : {"multiqueue", "blk_mq"}) {
    Testbed testbed = short_testbed();
    testbed.targets = 4;
    testbed.guest.driver = driver;
    testbed.guest.policy = "per_vcpu";
    testbed.guest.vcpus = 5;
    testbed.guest.isolated_vcpus = 3;
    testbed.guest.placement = "isolated";
    testbed.job.iodepth = 1;
    testbed.controller.num_queues = 0;  // the device has five
    TestbedRig rig(testbed);
    expect_all_served(rig);
    EXPECT_EQ(working_vcpus(rig), (std::vector<bool>(5, true))) << driver;  // commands complete where they came from
    for (sim::LineIndex line = 0; line < 5; ++line) EXPECT_EQ(rig.wires.kicks[line] > 0, line < 2) << driver << line;
    // What completes where it is interrupted leaves the isolated vCPUs to their processes, of which there is one each.
    testbed.targets = 1;
    testbed.guest.rq_affinity = false;
    TestbedRig one(testbed);
    expect_all_served(one);
    EXPECT_EQ(working_vcpus(one), (std::vector<bool>{true, false, true, false, false})) << driver;
  }
}

}  // namespace
}  // namespace vqlab::test

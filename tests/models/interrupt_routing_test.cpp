#include "models/testbed/interrupt_routing.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace vqlab {
namespace {

Testbed testbed(std::uint32_t vcpus, std::uint32_t queues, const char* delivery = "pinned") {
  Testbed testbed;
  testbed.guest.vcpus = vcpus;
  testbed.controller.num_queues = queues;
  testbed.guest.unhinted_delivery = delivery;
  return testbed;
}

// Where interrupts of queues 0, 1, ... go.
std::vector<std::uint32_t> routes(const Testbed& testbed, std::uint32_t interrupts) {
  InterruptRouting routing(testbed);
  std::vector<std::uint32_t> vcpus;
  const std::uint32_t queues = testbed.controller.queues(testbed.guest.vcpus);
  for (std::uint32_t i = 0; i < interrupts; ++i) vcpus.push_back(routing.route(QueueId(i % queues)).value);
  return vcpus;
}

TEST(InterruptRouting, QueuesAndVcpusOneToOneAreHinted) {
  EXPECT_EQ(routes(testbed(4, 4), 4), (std::vector<std::uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(routes(testbed(4, 0), 4), (std::vector<std::uint32_t>{0, 1, 2, 3}));  // 0: one for each vCPU
}

TEST(InterruptRouting, FewerOrMoreQueuesAreNot) {
  EXPECT_EQ(routes(testbed(4, 3), 3), (std::vector<std::uint32_t>{3, 3, 3}));
  EXPECT_EQ(routes(testbed(4, 5), 5), (std::vector<std::uint32_t>{3, 3, 3, 3, 3}));
  EXPECT_EQ(routes(testbed(4, 1), 2), (std::vector<std::uint32_t>{3, 3}));
}

TEST(InterruptRouting, OneOfEachHasNowhereElseToGo) {
  EXPECT_EQ(routes(testbed(1, 1), 2), (std::vector<std::uint32_t>{0, 0}));
  EXPECT_EQ(routes(testbed(1, 1, "round_robin"), 3), (std::vector<std::uint32_t>{0, 0, 0}));
}

TEST(InterruptRouting, AHintThatNobodyAppliesIsNothing) {
  Testbed unapplied = testbed(4, 4);
  unapplied.guest.affinity_hints = false;
  EXPECT_EQ(routes(unapplied, 4), (std::vector<std::uint32_t>{3, 3, 3, 3}));
}

TEST(InterruptRouting, RoundRobinTakesEachVcpuInTurn) {
  EXPECT_EQ(routes(testbed(3, 1, "round_robin"), 7), (std::vector<std::uint32_t>{1, 2, 0, 1, 2, 0, 1}));
  // A hint goes before it.
  EXPECT_EQ(routes(testbed(3, 3, "round_robin"), 3), (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(InterruptRouting, AVcpuThatGoesDropsTheHintsAndItsReturnRestoresThem) {
  InterruptRouting routing(testbed(4, 4));
  routing.set_online(3);
  for (const std::uint32_t queue : {0u, 1u, 3u}) EXPECT_EQ(routing.route(QueueId(queue)), VcpuId(2));
  routing.set_online(4);
  EXPECT_EQ(routing.route(QueueId(1)), VcpuId(1));
  // As many queues as are left: the hints come when others go. With one of each there are none.
  InterruptRouting fewer(testbed(4, 2));
  fewer.set_online(2);
  EXPECT_EQ(fewer.route(QueueId(0)), VcpuId(0));
  fewer.set_online(1);
  EXPECT_EQ(fewer.route(QueueId(1)), VcpuId(0));
}

TEST(InterruptRouting, RoundRobinPassesVcpusThatHaveGone) {
  InterruptRouting routing(testbed(4, 1, "round_robin"));
  for (int i = 0; i < 3; ++i) (void)routing.route(QueueId(0));  // to the last one
  routing.set_online(2);
  EXPECT_EQ(routing.route(QueueId(0)), VcpuId(0));
  EXPECT_EQ(routing.route(QueueId(0)), VcpuId(1));
  EXPECT_EQ(routing.route(QueueId(0)), VcpuId(0));
}

TEST(InterruptRouting, ManagedAffinityIsTheFirstVcpuOfTheQueue) {
  Testbed managed = testbed(8, 3, "round_robin");
  managed.guest.driver = "blk_mq";
  managed.guest.affinity_hints = false;
  EXPECT_EQ(routes(managed, 6), (std::vector<std::uint32_t>{0, 3, 6, 0, 3, 6}));
  InterruptRouting routing(managed);
  routing.set_online(6);  // the last queue's vCPUs have gone
  EXPECT_EQ(routing.route(QueueId(2)), VcpuId(0));
  EXPECT_EQ(routing.route(QueueId(1)), VcpuId(3));
  routing.set_online(3);
  EXPECT_EQ(routing.route(QueueId(1)), VcpuId(0));
  managed.controller.num_queues = 1;
  EXPECT_EQ(routes(managed, 2), (std::vector<std::uint32_t>{0, 0}));
}

// Virtqueues that share a vector have no hint that says anything, and no managed affinity.
TEST(InterruptRouting, ASharedVectorGoesWhereUnhintedInterruptsGo) {
  Testbed shared = testbed(4, 4);
  shared.controller.vectors = 6;
  EXPECT_EQ(routes(shared, 4), (std::vector<std::uint32_t>{3, 3, 3, 3}));
  shared.guest.driver = "blk_mq";
  EXPECT_EQ(routes(shared, 4), (std::vector<std::uint32_t>{3, 3, 3, 3}));
  shared.guest.unhinted_delivery = "round_robin";
  EXPECT_EQ(routes(shared, 4), (std::vector<std::uint32_t>{1, 2, 3, 0}));
  shared.controller.vectors = 7;
  EXPECT_EQ(routes(shared, 4), (std::vector<std::uint32_t>{0, 1, 2, 3}));
  shared.guest.driver = "multiqueue";
  EXPECT_EQ(routes(shared, 4), (std::vector<std::uint32_t>{0, 1, 2, 3}));
}

TEST(InterruptRouting, IsolatedVcpusGetNone) {
  Testbed isolated = testbed(6, 4, "round_robin");
  isolated.guest.isolated_vcpus = 2;
  EXPECT_EQ(routes(isolated, 4), (std::vector<std::uint32_t>{0, 1, 2, 3}));  // one to one with the others
  isolated.controller.num_queues = 1;
  EXPECT_EQ(routes(isolated, 5), (std::vector<std::uint32_t>{1, 2, 3, 0, 1}));
  isolated.guest.unhinted_delivery = "pinned";
  EXPECT_EQ(routes(isolated, 1), (std::vector<std::uint32_t>{3}));
  isolated.guest.driver = "blk_mq";
  isolated.controller.num_queues = 2;
  EXPECT_EQ(routes(isolated, 2), (std::vector<std::uint32_t>{0, 2}));
  InterruptRouting routing(isolated);
  routing.set_online(5);  // one of the isolated vCPUs has gone
  EXPECT_EQ(routing.route(QueueId(1)), VcpuId(2));
}

TEST(InterruptRouting, SaysWhetherVcpusTakeTurns) {
  EXPECT_TRUE(InterruptRouting(testbed(4, 1, "round_robin")).in_turn());
  EXPECT_FALSE(InterruptRouting(testbed(4, 4, "round_robin")).in_turn());
  EXPECT_FALSE(InterruptRouting(testbed(1, 2, "round_robin")).in_turn());
  EXPECT_FALSE(InterruptRouting(testbed(4, 1)).in_turn());
}

}  // namespace
}  // namespace vqlab

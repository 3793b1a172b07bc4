// The rule of each policy, in its own words.
#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "tests/conformance/steering_history.hpp"
#include "tests/support/policy_params.hpp"

namespace vqlab::test {
namespace {

TEST(PolicyRules, SingleQueueIsQueueZero) {
  SteeringHistory history("single_queue");
  for (std::uint32_t i = 0; i < 20; ++i) EXPECT_EQ(history.submit(i % 4, i % 5).value, 0u);
}

TEST(PolicyRules, PerVcpuIgnoresTheTarget) {
  SteeringHistory history("per_vcpu", {.queues = 3, .vcpus = 8});
  for (std::uint32_t i = 0; i < 40; ++i) EXPECT_EQ(history.submit(i % 8, i % 5).value, i % 8 % 3);
}

TEST(PolicyRules, StaticTargetIgnoresTheVcpu) {
  SteeringHistory history("static_target", {.queues = 3, .vcpus = 8});
  for (std::uint32_t i = 0; i < 40; ++i) EXPECT_EQ(history.submit(i % 8, i % 5).value, i % 5 % 3);
}

TEST(PolicyRules, RoundRobinTakesEachQueueInTurn) {
  SteeringHistory history("round_robin", {.queues = 3});
  const std::uint32_t first = history.submit(0, 0).value;
  for (std::uint32_t i = 1; i < 20; ++i) EXPECT_EQ(history.submit(i % 4, i % 5).value, (first + i) % 3);
}

// The series' algorithm, word by word: a busy target stays; an idle one takes queue q = cpu, less the number of queues
// until it is below it. Without its lock it decides the same, while one call follows the other.
TEST(PolicyRules, TargetStickyIsPickVqWithTheLockAndWithout) {
  for (const SteeringShape& shape : {SteeringShape{.queues = 3, .vcpus = 8}, SteeringShape{.queues = 7, .vcpus = 5}}) {
    SteeringHistory sticky("target_sticky", shape);
    SteeringHistory seqcount("target_sticky_seqcount", shape);
    RandomStream random(1, "test/pick_vq");
    std::vector<std::uint32_t> req_vq(shape.targets);
    for (int i = 0; i < 2000; ++i) {
      if (!sticky.in_flight.empty() && (sticky.in_flight.size() == 16 || random.next16() % 2 == 0)) {
        const std::uint32_t back = below(static_cast<std::uint32_t>(sticky.in_flight.size()), random.next32());
        sticky.complete(back);
        seqcount.complete(back);
        continue;
      }
      const std::uint32_t vcpu = below(shape.vcpus, random.next32());
      const std::uint32_t target = below(shape.targets, random.next32());
      if (sticky.reqs(target) == 0) {
        std::uint32_t queue = vcpu;
        while (queue >= shape.queues) queue -= shape.queues;
        req_vq[target] = queue;
      }
      ASSERT_EQ(sticky.submit(vcpu, target).value, req_vq[target]);
      ASSERT_EQ(seqcount.submit(vcpu, target).value, req_vq[target]);
    }
  }
}

TEST(PolicyRules, LunStickyIsTheSameForEachLun) {
  SteeringHistory history("lun_sticky");
  EXPECT_EQ(history.submit(2, 0, 0).value, 2u);
  EXPECT_EQ(history.submit(3, 0, 1).value, 3u);  // another LUN of the busy target
  EXPECT_EQ(history.submit(1, 0, 0).value, 2u);  // the busy LUN
  EXPECT_EQ(history.submit(1, 1, 0).value, 1u);  // the same LUN of another target
  history.complete(0);
  EXPECT_EQ(history.submit(1, 0, 0).value, 2u);  // one of two is still out
  history.complete_all();
  EXPECT_EQ(history.submit(1, 0, 0).value, 1u);
}

TEST(PolicyRules, LeastLoadedFillsTheEmptiestQueue) {
  SteeringHistory history("least_loaded");
  EXPECT_EQ(history.submit(2, 0).value, 2u);  // all are empty: the submitter's
  EXPECT_EQ(history.submit(0, 0).value, 2u);  // busy: it stays
  EXPECT_EQ(history.submit(2, 1).value, 0u);  // the first empty one
  EXPECT_EQ(history.submit(2, 2).value, 1u);
  EXPECT_EQ(history.submit(2, 3).value, 3u);
  history.complete(0);  // 1, 1, 1, 1
  EXPECT_EQ(history.submit(3, 4).value, 3u);
  history.complete(1);  // 0, 1, 1, 2
  EXPECT_EQ(history.submit(3, 1).value, 0u);
}

TEST(PolicyRules, LeastLoadedLeavesItsQueueForAMarginAlone) {
  SteeringHistory history("least_loaded", {}, params_with("least_loaded", "margin", std::int64_t{2}));
  EXPECT_EQ(history.submit(2, 0).value, 2u);
  EXPECT_EQ(history.submit(2, 1).value, 2u);  // the others have one fewer
  EXPECT_EQ(history.submit(2, 2).value, 0u);  // two fewer
}

TEST(PolicyRules, OverflowTakesTheNextQueueWhileItsOwnIsFull) {
  SteeringHistory history("overflow", {.targets = 64});
  for (std::uint32_t i = 0; i < SteeringHistory::kCommandsPerQueue; ++i) EXPECT_EQ(history.submit(3, 0).value, 3u);
  EXPECT_EQ(history.submit(3, 0).value, 3u);  // busy: it stays, full or not
  EXPECT_EQ(history.submit(3, 1).value, 0u);  // the next of queue 3
  EXPECT_EQ(history.submit(2, 2).value, 2u);
  for (std::uint32_t i = 1; i < SteeringHistory::kCommandsPerQueue; ++i) EXPECT_EQ(history.submit(3, 1).value, 0u);
  EXPECT_EQ(history.submit(3, 3).value, 3u);  // both that it looks at are full: its own
  while (history.reqs(0) > 0) history.complete(0);
  EXPECT_EQ(history.submit(3, 4).value, 3u);  // there is room again
}

TEST(PolicyRules, OverflowLooksAsFarAsItMay) {
  PartParams params = params_with("overflow", "looks", std::int64_t{4});
  const PartParamsEntry& part = *part_params().find("overflow");
  for (const Param& row : part.table->rows)
    if (row.name == "limit") params.set(part, row, std::int64_t{1});
  SteeringHistory history("overflow", {}, params);
  for (std::uint32_t target = 0; target < 4; ++target) EXPECT_EQ(history.submit(1, target).value, (1 + target) % 4);
  EXPECT_EQ(history.submit(1, 4).value, 1u);
}

TEST(PolicyRules, ChoicesAmongAllTakeTheEmptiest) {
  SteeringHistory history("two_choices", {.targets = 256}, params_with("two_choices", "choices", std::int64_t{4}));
  std::vector<std::uint32_t> taken(4);
  for (std::uint32_t target = 0; target < 24; ++target) {
    ++taken[history.submit(target % 4, target).value];
    ASSERT_LE(*std::max_element(taken.begin(), taken.end()), *std::min_element(taken.begin(), taken.end()) + 1);
  }
}

TEST(PolicyRules, OneChoiceLooksAtNoLoad) {
  SteeringHistory history("two_choices", {.targets = 256}, params_with("two_choices", "choices", std::int64_t{1}));
  std::vector<std::uint32_t> taken(4);
  for (std::uint32_t target = 0; target < 200; ++target) ++taken[history.submit(target % 4, target).value];
  for (const std::uint32_t of_queue : taken) EXPECT_NEAR(of_queue, 50.0, 20.0);  // binomial: sigma is 6
  EXPECT_GT(*std::max_element(taken.begin(), taken.end()), *std::min_element(taken.begin(), taken.end()) + 1);
}

TEST(PolicyRules, TwoChoicesNeverTakesTheFullest) {
  SteeringHistory history("two_choices", {.targets = 256});
  const std::uint32_t fullest = history.submit(0, 0).value;
  for (int i = 0; i < 9; ++i) ASSERT_EQ(history.submit(1, 0).value, fullest);  // busy: it stays
  std::vector<std::uint32_t> taken(4);
  for (std::uint32_t target = 1; target <= 24; ++target) ++taken[history.submit(target % 4, target).value];
  // The other three share 24 commands, and two of them are compared half of the time or more.
  EXPECT_EQ(taken[fullest], 0u);
  for (std::uint32_t other = 1; other < 4; ++other) EXPECT_NEAR(taken[(fullest + other) % 4], 8.0, 2.0);
}

TEST(PolicyRules, StickyTimeoutFollowsWhoHasWaited) {
  SteeringHistory history("sticky_timeout");
  EXPECT_EQ(history.submit(2, 0).value, 2u);
  history.memory.time += 5ms;
  EXPECT_EQ(history.submit(1, 0).value, 2u);  // busy, however long
  history.complete_all();
  history.memory.time += 990us;
  EXPECT_EQ(history.submit(1, 0).value, 2u);  // idle for less than 1 ms
  history.complete_all();
  history.memory.time += 1010us;
  EXPECT_EQ(history.submit(1, 0).value, 1u);
}

TEST(PolicyRules, StickyTimeoutWaitsAsLongAsItIsTold) {
  SteeringHistory history("sticky_timeout", {}, params_with("sticky_timeout", "idle_us", 50.0));
  EXPECT_EQ(history.submit(2, 0).value, 2u);
  history.complete_all();
  history.memory.time += 40us;
  EXPECT_EQ(history.submit(1, 0).value, 2u);
  history.complete_all();
  history.memory.time += 60us;
  EXPECT_EQ(history.submit(1, 0).value, 1u);
}

// Eight commands in a row from another vCPU are let in, the ninth begins the drain.
void expect_drain(SteeringHistory& history, std::uint32_t from, std::uint32_t to) {
  for (int i = 0; i < 8; ++i) ASSERT_EQ(history.submit(to, 0).value, from);
  ASSERT_EQ(history.submit(to, 0), kHold);
}

TEST(PolicyRules, SubmitterFollowDrainsForARow) {
  SteeringHistory history("submitter_follow");
  EXPECT_EQ(history.submit(0, 0).value, 0u);
  expect_drain(history, 0, 3);
  EXPECT_EQ(history.submit(0, 0), kHold);     // nobody is let in meanwhile
  EXPECT_EQ(history.submit(3, 1).value, 3u);  // other targets are none of its business
  while (history.reqs(0) > 1) history.complete(0);
  EXPECT_EQ(history.submit(3, 0), kHold);
  history.complete(0);
  EXPECT_EQ(history.submit(3, 0).value, 3u);
  expect_drain(history, 3, 1);
}

TEST(PolicyRules, SubmitterFollowLeavesThoseAloneWhoTakeTurns) {
  SteeringHistory history("submitter_follow");
  for (std::uint32_t i = 0; i < 60; ++i) EXPECT_EQ(history.submit(i / 4 % 2, 0).value, 0u);
}

TEST(PolicyRules, SubmitterFollowGivesADrainUp) {
  // A count that never falls to zero: the driver forgets to lower it.
  SteeringHistory history("submitter_follow");
  EXPECT_EQ(history.submit(0, 0).value, 0u);
  expect_drain(history, 0, 3);
  int refused = 1;
  while (history.submit(3, 0) == kHold) ++refused;
  EXPECT_EQ(refused, 1024);
  EXPECT_EQ(history.submit(3, 0).value, 0u);
}

TEST(PolicyRules, SubmitterFollowDrainsAfterTheRowThatItIsTold) {
  SteeringHistory history("submitter_follow", {}, params_with("submitter_follow", "row", std::int64_t{1}));
  EXPECT_EQ(history.submit(0, 0).value, 0u);
  EXPECT_EQ(history.submit(3, 0).value, 0u);
  EXPECT_EQ(history.submit(3, 0), kHold);
}

TEST(PolicyRules, AdaptiveDealsOutTargetsFromTheRatioThatItIsTold) {
  SteeringHistory history("adaptive", {.queues = 4, .vcpus = 8}, params_with("adaptive", "vcpus_per_queue", 2.5));
  EXPECT_EQ(history.submit(6, 3).value, 2u);  // two vCPUs for each queue are fewer: the series' rule
}

TEST(PolicyRules, AdaptiveGoesByTheVcpusThatAreOnline) {
  SteeringHistory history("adaptive", {.queues = 4, .vcpus = 8});
  const auto submit_idle = [&history](std::uint32_t vcpu, std::uint32_t target) {
    history.complete_all();
    return history.submit(vcpu, target).value;
  };
  EXPECT_EQ(submit_idle(6, 3), 3u);  // two vCPUs for each queue: by target
  EXPECT_EQ(submit_idle(1, 3), 3u);
  history.set_online(7);
  EXPECT_EQ(history.submit(1, 3).value, 3u);  // busy
  EXPECT_EQ(submit_idle(6, 3), 2u);           // between: the series' rule
  for (int i = 0; i < 20; ++i) EXPECT_EQ(history.submit(1, 3).value, 2u);
  history.set_online(4);
  history.complete_all();
  EXPECT_EQ(history.submit(1, 0).value, 1u);  // one for each queue: targets follow, busy ones by draining
  expect_drain(history, 1, 3);
  history.set_online(3);
  EXPECT_EQ(history.submit(3, 0).value, 1u);  // the drain is over with the hints that it was for
}

}  // namespace
}  // namespace vqlab::test

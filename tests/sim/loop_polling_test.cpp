// The rules by which QEMU's event loops adapt their polling time, each worked out by hand.
#include "sim/host/loop_polling.hpp"

#include <gtest/gtest.h>

namespace vqlab::test {
namespace {

using sim::LoopPolling;
using sim::PollRule;

constexpr std::uint32_t kDisk = 0;
constexpr std::uint32_t kQueue = 1;

// The guest sends its next request 10 us after the last one has completed; the disk takes 100 us.
void a_round(LoopPolling& polling) {
  polling.ready(kQueue);
  polling.waited(10us);
  polling.ready(kDisk);
  polling.waited(100us);
}

TEST(LoopPolling, ASlowDiskStopsALoopFromPollingForAQuickGuest) {
  LoopPolling polling({.times = {.max = 32us}}, 2);
  for (int i = 0; i < 3; ++i) {
    polling.ready(kQueue);
    polling.waited(10us);
    EXPECT_EQ(polling.time(), 4us);
    polling.ready(kDisk);
    polling.waited(100us);
    EXPECT_EQ(polling.time(), 0us) << "never long enough for the guest";
  }
}

TEST(LoopPolling, AHandlerKeepsItsTimeWhateverOthersWaitFor) {
  LoopPolling polling({.times = {.max = 32us}, .rule = PollRule::kHandler}, 2);
  for (const Duration grown : {4us, 8us, 16us, 16us}) {
    a_round(polling);
    EXPECT_EQ(polling.time(), grown);
  }
  polling.ready(kQueue);
  polling.waited(100us);
  EXPECT_EQ(polling.time(), 0us);
}

TEST(LoopPolling, TheLongestOfTheHandlersCounts) {
  LoopPolling polling({.times = {.max = 32us, .shrink = 4}, .rule = PollRule::kHandler}, 2);
  polling.ready(kDisk);
  polling.waited(10us);
  for (int i = 0; i < 3; ++i) {
    polling.ready(kQueue);
    polling.waited(20us);
  }
  EXPECT_EQ(polling.time(), 16us);
  polling.ready(kQueue);
  polling.waited(40us);  // 16 us / 4: the disk's 4 us are as long
  EXPECT_EQ(polling.time(), 4us);
  polling.ready(kQueue);
  polling.waited(40us);
  EXPECT_EQ(polling.time(), 4us) << "the disk's";
}

TEST(LoopPolling, AnAverageFollowsTheWaitsByItsWeight) {
  LoopPolling polling({.times = {.max = 32us}, .rule = PollRule::kWeighted, .weight = 1}, 2);
  polling.ready(kQueue);
  polling.waited(10us);  // the first one is the average
  EXPECT_EQ(polling.time(), 10us);
  polling.ready(kQueue);
  polling.waited(14us);  // 10 - 5 + 7 = 12, less than twice the time: twice
  EXPECT_EQ(polling.time(), 20us);
  polling.ready(kQueue);
  polling.waited(8us);  // 12 - 6 + 4 = 10: not less than half
  EXPECT_EQ(polling.time(), 20us);
  polling.ready(kQueue);
  polling.waited(2us);  // 10 - 5 + 1 = 6
  EXPECT_EQ(polling.time(), 10us);
}

TEST(LoopPolling, WhoeverIsNotReadyIsForgottenAfterTheLongestTime) {
  LoopPolling polling({.times = {.max = 32us}, .rule = PollRule::kWeighted, .weight = 1}, 2);
  polling.ready(kQueue);
  polling.waited(10us);
  polling.ready(kDisk);
  polling.waited(30us);  // the queue has waited for 40 us
  EXPECT_EQ(polling.time(), 30us);
  polling.ready(kQueue);
  polling.waited(4us);  // all that is known of it
  EXPECT_EQ(polling.time(), 15us);
  polling.ready(kDisk);
  polling.waited(200us);  // its average is beyond: 0
  EXPECT_EQ(polling.time(), 7500ns);
}

TEST(LoopPolling, WithoutALongestTimeNobodyPolls) {
  for (const PollRule rule : {PollRule::kLoop, PollRule::kHandler, PollRule::kWeighted}) {
    LoopPolling polling({.times = {}, .rule = rule}, 2);
    for (int i = 0; i < 3; ++i) a_round(polling);
    EXPECT_EQ(polling.time(), 0us);
  }
}

}  // namespace
}  // namespace vqlab::test

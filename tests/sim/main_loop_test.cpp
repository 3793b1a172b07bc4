// The host alone, its doorbells rung by the test: QEMU 1.3's main loop to the nanosecond.
#include <gtest/gtest.h>

#include "tests/support/host_rig.hpp"

namespace vqlab::test {
namespace {

// Waking the loop takes 5 us, an iteration 10, popping 3, finishing 1, completing 2, injecting 1.5; a worker 4 + 2.1.
constexpr Duration kPopped = 5us + 10us;
constexpr Duration kServed = kPopped + 3us + 4us + 2100ns;
// The worker wakes the loop, which finishes it in one iteration and completes it in the bottom half of the next.
constexpr Duration kUsed = kServed + 5us + 10us + 1us + 10us + 2us;
constexpr Duration kInterrupted = kUsed + 1500ns;

TEST(MainLoop, OneRequestThroughTheHost) {
  HostRig rig;
  ASSERT_TRUE(rig.add(0, 0));
  rig.kick(0);
  rig.run_to(kPopped - 1ns);
  EXPECT_EQ(rig.log.taken_total, 0u);
  rig.run_to(kPopped);
  EXPECT_EQ(rig.log.taken_total, 1u);
  rig.run_to(kUsed - 1ns);
  EXPECT_FALSE(rig.rings[0].get_buf().has_value());
  rig.run_to(kUsed);
  const auto used = rig.rings[0].get_buf();
  ASSERT_TRUE(used.has_value());
  EXPECT_EQ(used->token, 0u);
  EXPECT_EQ(used->len, 108u + 512u);  // response header and data
  rig.run_to(kInterrupted - 1ns);
  EXPECT_TRUE(rig.interrupts.empty());
  rig.run_to(kInterrupted);
  EXPECT_EQ(rig.interrupts.size(), 1u);
  rig.run_to(1ms);
  EXPECT_EQ(rig.interrupts.size(), 1u);
  // It worked for: iteration and pop; iteration and finish; iteration, completion and injection.
  EXPECT_EQ(rig.host.server().busy_times().front(), 3 * 10us + 3us + 1us + 2us + 1500ns);
}

TEST(MainLoop, WakingAHaltedVcpuIsWorkOfItsOwn) {
  Testbed testbed = host_testbed();
  testbed.host_costs.wake_thread_ns = {700, Shape::kConstant};
  HostRig rig(testbed);
  rig.wakes_vcpu = true;
  (void)rig.add(0, 0);
  rig.kick(0);
  rig.run_to(1ms);
  // As above, and the first worker is made rather than woken.
  EXPECT_EQ(rig.host.server().busy_times().front(), 3 * 10us + 3us + 1us + 2us + 1500ns + 700ns);
}

TEST(MainLoop, SaysWhetherAKickWokeIt) {
  HostRig rig;
  (void)rig.add(0, 0);
  rig.run_to(1ns);
  EXPECT_TRUE(rig.machine.host->kicked(0));
  EXPECT_FALSE(rig.machine.host->kicked(0));  // on its way already
  EXPECT_FALSE(rig.machine.host->kicked(1));
  rig.run_to(kPopped + 2ns);
  EXPECT_FALSE(rig.machine.host->kicked(0));  // at work, and has taken what was kicked for
  rig.run_to(1ms);
  EXPECT_TRUE(rig.machine.host->kicked(1));
}

TEST(MainLoop, TheResponseIsRealBytes) {
  HostRig rig;
  const std::uint64_t response = rig.layout.headers + sim::GuestLayout::kResponseOffset;
  std::byte* const bytes = rig.memory.at(response, 109);
  std::fill_n(bytes, 109, std::byte{0xee});
  (void)rig.add(0, 0);
  rig.kick(0);
  rig.run_to(1ms);
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(bytes[i], std::byte{0}) << i;  // lengths, status GOOD, response OK
  EXPECT_EQ(bytes[108], std::byte{0xee});                                       // and not a byte more
}

TEST(MainLoop, AKickIsSavedUntilTheFirstPop) {
  HostRig rig;
  ASSERT_TRUE(rig.add(0, 0));
  rig.kick(0);
  rig.run_to(kPopped - 1ns);
  EXPECT_FALSE(rig.add(0, 1));  // the kick before is not answered yet
  rig.run_to(kPopped);          // pops the first, and asks to hear of what comes after the second
  EXPECT_TRUE(rig.add(0, 2));
  EXPECT_FALSE(rig.add(0, 3));
  rig.run_to(kPopped + 3us);  // pops the second, and asks to hear of what comes after the fourth
  EXPECT_TRUE(rig.add(0, 4));
}

TEST(MainLoop, ADrainTakesWhatCameMeanwhile) {
  HostRig rig;
  (void)rig.add(0, 0);
  rig.kick(0);
  rig.run_to(kPopped);
  (void)rig.add(0, 1);  // its kick is on its way
  rig.run_to(kPopped + 3us);
  EXPECT_EQ(rig.log.taken_total, 2u);
}

TEST(MainLoop, WithoutEventIndexItNeverAsksForSilence) {
  Testbed testbed = host_testbed();
  testbed.controller.event_idx = false;
  HostRig rig(testbed);
  EXPECT_TRUE(rig.add(0, 0));
  EXPECT_TRUE(rig.add(0, 1));
  rig.kick(0);
  rig.run_to(kPopped);
  EXPECT_TRUE(rig.add(0, 2));
}

TEST(MainLoop, OneThreadServesAllQueues) {
  HostRig rig;
  (void)rig.add(0, 0);
  (void)rig.add(1, 1);
  rig.kick(1);
  rig.kick(0);
  rig.run_to(kPopped);
  EXPECT_EQ(rig.log.taken_total, 1u);
  rig.run_to(kPopped + 3us - 1ns);
  EXPECT_EQ(rig.log.taken_total, 1u);
  rig.run_to(kPopped + 3us);  // the second queue has to wait for the first one's pop
  EXPECT_EQ(rig.log.taken_total, 2u);
}

TEST(MainLoop, AQueueThatIsKickedAfterThePollWaitsForTheNextOne) {
  HostRig rig;
  (void)rig.add(0, 0);
  rig.kick(0);
  rig.run_to(kPopped);
  (void)rig.add(1, 1);
  rig.kick(1);
  // The first request's worker is done during the next poll, and is looked at first.
  const Duration next = kPopped + 3us + 10us + 1us;
  rig.run_to(next - 1ns);
  EXPECT_EQ(rig.log.taken_total, 1u);
  rig.run_to(next);
  EXPECT_EQ(rig.log.taken_total, 2u);
}

TEST(MainLoop, AKickDuringADrainCostsAnotherIteration) {
  Testbed testbed = host_testbed();
  testbed.host_costs.drain_ns = {500, Shape::kConstant};
  testbed.host_costs.worker_ns = {100'000, Shape::kConstant};
  HostRig rig(testbed);
  (void)rig.add(0, 0);
  rig.kick(0);
  rig.run_to(kPopped);
  EXPECT_TRUE(rig.add(0, 1));
  rig.kick(0);
  rig.run_to(100us);
  EXPECT_EQ(rig.log.taken_total, 2u);
  // The drain takes both, and the second drain nothing.
  EXPECT_EQ(rig.host.server().busy_times().front(), 10us + 500ns + 2 * 3us + 10us + 500ns);
}

TEST(MainLoop, TheOldestOfWhatAnIterationFindsIsCompletedFirst) {
  HostRig rig;
  for (std::uint64_t tag = 0; tag < 3; ++tag) (void)rig.add(0, tag);
  rig.kick(0);
  rig.run_to(1ms);
  // The scan finds the newest one first; the bottom half that is made last runs first.
  for (std::uint64_t tag = 0; tag < 3; ++tag) {
    const auto used = rig.rings[0].get_buf();
    ASSERT_TRUE(used.has_value());
    EXPECT_EQ(used->token, tag);
  }
}

TEST(MainLoop, TheScanPassesNewerRequests) {
  Testbed testbed = host_testbed();
  testbed.host.worker_threads_max = 1;
  testbed.host_costs.scan_entry_ns = {100, Shape::kConstant};
  testbed.host_costs.worker_ns = {30'000, Shape::kConstant};
  HostRig rig(testbed);
  for (std::uint64_t tag = 0; tag < 3; ++tag) (void)rig.add(0, tag);
  rig.kick(0);
  // The first one is popped at 18 us, and its worker is done at 52.1 us. The loop has slept since 24 us. It looks at
  // three requests until it finds that one, and once more at two.
  constexpr Duration kFound = 52100ns + 5us + 10us + 3 * 100ns + 1us + 2 * 100ns;
  rig.run_to(kFound + 10us + 2us - 1ns);
  EXPECT_FALSE(rig.rings[0].get_buf().has_value());
  rig.run_to(kFound + 10us + 2us);
  EXPECT_TRUE(rig.rings[0].get_buf().has_value());
}

TEST(MainLoop, WhatIsServedDuringTheScanIsFound) {
  Testbed testbed = host_testbed();
  testbed.host.worker_threads_max = 1;
  testbed.host_costs.finish_ns = {20'000, Shape::kConstant};
  testbed.host_costs.worker_ns = {30'000, Shape::kConstant};
  HostRig rig(testbed);
  for (std::uint64_t tag = 0; tag < 2; ++tag) (void)rig.add(0, tag);
  rig.kick(0);
  // As above: the first one is found at 67.1 us, which takes until 87.1 us; the second is served at 82.2 us. Both are
  // completed after the next poll.
  constexpr Duration kFound = 67100ns + 2 * 20us;
  rig.run_to(kFound + 10us + 2us + 1500ns + 2us);
  EXPECT_TRUE(rig.rings[0].get_buf().has_value());
  EXPECT_TRUE(rig.rings[0].get_buf().has_value());
}

TEST(MainLoop, EveryCompletionIsAnnouncedByItself) {
  // Without event index nothing but the driver's flag holds an interrupt back.
  Testbed testbed = host_testbed();
  testbed.controller.event_idx = false;
  HostRig rig(testbed);
  (void)rig.add(0, 0);
  (void)rig.add(0, 1);
  rig.kick(0);
  rig.run_to(1ms);
  EXPECT_EQ(rig.interrupts.size(), 2u);
}

TEST(MainLoop, ADriverThatDoesNotMoveItsEventIsLeftAlone) {
  HostRig rig;
  (void)rig.add(0, 0);
  (void)rig.add(0, 1);
  rig.kick(0);
  rig.run_to(1ms);
  EXPECT_EQ(rig.interrupts.size(), 1u);  // used_event stands at the first
}

TEST(MainLoop, ADisabledQueueIsNotAnnounced) {
  Testbed testbed = host_testbed();
  testbed.controller.event_idx = false;
  HostRig rig(testbed);
  rig.rings[0].disable_cb();
  (void)rig.add(0, 0);
  rig.kick(0);
  rig.run_to(1ms);
  EXPECT_TRUE(rig.interrupts.empty());
  EXPECT_TRUE(rig.rings[0].get_buf().has_value());
}

TEST(MainLoop, InterruptsCarryTheirQueue) {
  HostRig rig;
  (void)rig.add(1, 0);
  rig.kick(1);
  rig.run_to(1ms);
  ASSERT_EQ(rig.interrupts.size(), 1u);
  EXPECT_EQ(rig.interrupts[0].line, 1u);
}

TEST(MainLoop, PollingCostsForEveryDescriptor) {
  Testbed few = host_testbed();
  few.host_costs.loop_fd_ns = {100, Shape::kConstant};
  Testbed many = few;
  many.controller.num_queues = 12;
  HostRig a(few);
  HostRig b(many);
  for (HostRig* rig : {&a, &b}) {
    (void)rig->add(0, 0);
    rig->kick(0);
    rig->run_to(1ms);
  }
  // Three iterations poll ten more queues, 100 ns each.
  EXPECT_EQ(b.host.server().busy_times().front() - a.host.server().busy_times().front(), 3 * 10 * 100ns);
}

TEST(MainLoop, AKickWithNothingInTheRingIsHarmless) {
  HostRig rig;
  rig.kick(0);
  rig.run_to(1ms);
  EXPECT_EQ(rig.log.taken_total, 0u);
  EXPECT_EQ(rig.host.server().busy_times().front(), 10us);
  // It sleeps again, and wakes again.
  (void)rig.add(0, 0);
  rig.kick(0);
  rig.run_to(1ms + kPopped);
  EXPECT_EQ(rig.log.taken_total, 1u);
}

}  // namespace
}  // namespace vqlab::test

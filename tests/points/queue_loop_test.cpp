// The hosts after QEMU 1.3, to the nanosecond: iothreads and vhost workers, with the test for a driver.
#include <gtest/gtest.h>

#include "analysis/scenario/section.hpp"
#include "sim/machine/adaptive_polling.hpp"
#include "tests/support/host_rig.hpp"

namespace vqlab::test {
namespace {

// As a scenario sets it.
void set(Testbed& testbed, const char* path, const ParamValue& value) {
  PointSpec spec{testbed, {}};
  find_param(path).set(spec, value);
  testbed = spec.testbed;
}
Cost constant(double ns) { return {ns, Shape::kConstant}; }

// Waking takes 5 us, an iteration 10, popping 3; a system call 500 ns and 1 us for each of its requests; finishing and
// completing 3 us, injecting 1.5.
Testbed iothread_testbed() {
  Testbed testbed = host_testbed();
  testbed.host.server = "iothreads";
  testbed.host.aio = "native";
  set(testbed, "native.submit_call_ns", constant(500));
  set(testbed, "native.submit_ns", constant(1000));
  set(testbed, "iothreads.poll-max-ns", std::int64_t{0});
  return testbed;
}
Testbed vhost_testbed() {
  Testbed testbed = iothread_testbed();
  testbed.host.server = "vhost_scsi";
  set(testbed, "vhost_scsi.switch_ns", constant(500));
  set(testbed, "vhost_scsi.submit_ns", constant(1000));
  return testbed;
}

constexpr Duration kLoopPopped = 5us + 10us;
constexpr Duration kLoopServed = kLoopPopped + 3us + 500ns + 1us;
constexpr Duration kLoopUsed = kLoopServed + 10us + 3us;

TEST(Iothreads, OneRequestThroughTheHost) {
  HostRig rig(iothread_testbed());
  ASSERT_TRUE(rig.add(0, 0));
  rig.kick(0);
  rig.run_to(kLoopUsed - 1ns);
  EXPECT_FALSE(rig.rings[0].get_buf().has_value());
  rig.run_to(kLoopUsed);
  EXPECT_TRUE(rig.rings[0].get_buf().has_value());
  rig.run_to(kLoopUsed + 1500ns - 1ns);
  EXPECT_TRUE(rig.interrupts.empty());
  rig.run_to(kLoopUsed + 1500ns);
  EXPECT_EQ(rig.interrupts.size(), 1u);
  rig.run_to(1ms);
  EXPECT_EQ(rig.host.server().busy_times(), (std::vector<Duration>{kLoopUsed + 1500ns - 5us}));
}

TEST(Iothreads, WhileItDrainsItWantsNoKicks) {
  HostRig rig(iothread_testbed());
  (void)rig.add(0, 0);
  rig.kick(0);
  rig.run_to(kLoopPopped);  // has taken the first, and works on it
  EXPECT_FALSE(rig.add(0, 1));
  rig.run_to(kLoopPopped + 3us);
  EXPECT_EQ(rig.log.taken_total, 2u);
  rig.run_to(1ms);  // it sleeps
  EXPECT_TRUE(rig.add(0, 2));
}

TEST(Iothreads, WhatADrainHasTakenGoesToTheBackEndAtOnce) {
  for (const std::int64_t at_most : {0, 1}) {
    Testbed testbed = iothread_testbed();
    set(testbed, "iothreads.aio-max-batch", at_most);
    HostRig rig(testbed);
    for (std::uint64_t tag = 0; tag < 3; ++tag) (void)rig.add(0, tag);
    rig.kick(0);
    rig.run_to(1ms);
    // One interrupt: used_event stands at the first. 0 means 32 at once, all in one iteration; one by one they are
    // three system calls.
    const Duration calls = at_most == 0 ? 500ns : 3 * 500ns;
    EXPECT_EQ(rig.host.server().busy_times().front(), 2 * 10us + 3 * (3us + 1us + 3us) + calls + 1500ns) << at_most;
  }
}

TEST(Iothreads, WhatADrainFindsIsTakenBeforeAnyOfItIsSubmitted) {
  for (const std::int64_t at_most : {32, 1}) {
    Testbed testbed = iothread_testbed();
    set(testbed, "iothreads.aio-max-batch", at_most);
    HostRig rig(testbed);
    for (std::uint64_t tag = 0; tag < 3; ++tag) (void)rig.add(0, tag);
    rig.kick(0);
    rig.run_to(kLoopPopped + 2 * 3us);
    EXPECT_EQ(rig.log.taken_total, 3u) << at_most;
  }
}

// Of one kick that finds nothing: 10 us for the iteration, and what looking at descriptors adds. 100 ns for each, or 7
// for one that is ready.
Duration look(const char* fdmon, std::uint32_t queues) {
  Testbed testbed = iothread_testbed();
  testbed.controller.num_queues = queues;
  testbed.host_costs.loop_fd_ns = constant(100);
  set(testbed, "iothreads.fdmon", std::string(fdmon));
  set(testbed, "iothreads.event_ns", constant(7));
  HostRig rig(testbed);
  rig.kick(0);
  rig.run_to(1ms);
  return rig.host.server().busy_times().front() - 10us;
}

TEST(Iothreads, EachDescriptorCostsOrEachThatIsReady) {
  EXPECT_EQ(look("poll", 2), 4 * 100ns);  // two of the loop's own
  EXPECT_EQ(look("poll", 62), 64 * 100ns);
  // QEMU goes over to epoll at 64.
  EXPECT_EQ(look("epoll", 61), 63 * 100ns);
  EXPECT_EQ(look("epoll", 62), 7ns);
  EXPECT_EQ(look("io_uring", 2), 7ns);
}

TEST(Iothreads, ADeviceHasOneIothreadOrItsQueuesAreSpread) {
  for (const bool devices : {false, true}) {
    Testbed testbed = iothread_testbed();
    testbed.controller.devices = 2;
    testbed.targets = 2;
    set(testbed, "iothreads.iothread-vq-mapping", IothreadVqMapping{{"a", {}}, {"b", {}}});
    set(testbed, "iothreads.assigned", std::string(devices ? "devices" : "queues"));
    HostRig rig(testbed);
    // Both queues of the first device.
    (void)rig.add(0, 0);
    (void)rig.add(1, 1);
    rig.kick(0);
    rig.kick(1);
    rig.run_to(1ms);
    const std::vector<Duration> busy = rig.host.server().busy_times();
    EXPECT_EQ(busy[1] > 0us, !devices);
  }
}

TEST(Iothreads, EachDeviceMayMapItsQueuesItself) {
  Testbed testbed = iothread_testbed();
  testbed.targets = 2;
  testbed.controllers = {{"one", {{"iothread-vq-mapping", IothreadVqMapping{{"a", {1}}, {"b", {0}}}}}},
                         {"other", {{"num_queues", std::int64_t{1}}, {"iothread", std::string("b")}}}};
  for (const std::uint32_t queue : {0u, 1u, 2u}) {
    HostRig rig(testbed);
    rig.kick(queue);
    rig.run_to(1ms);
    const std::vector<Duration> busy = rig.host.server().busy_times();
    ASSERT_EQ(busy.size(), 2u);
    // Queue 1 of the first device is that of a; its queue 0 and that of the other device are of b.
    EXPECT_EQ(busy[0] > 0us, queue == 1);
    EXPECT_EQ(busy[1] > 0us, queue != 1);
  }
}

TEST(Iothreads, ThreadsThatAreMoreThanTheQueuesOfADeviceServeTheNextDevice) {
  Testbed testbed = iothread_testbed();
  testbed.controller.num_queues = 1;
  testbed.controller.devices = 2;
  testbed.targets = 2;
  set(testbed, "iothreads.iothread-vq-mapping", IothreadVqMapping{{"a", {}}, {"b", {}}});
  HostRig rig(testbed);
  rig.kick(0);
  rig.kick(1);
  rig.run_to(1ms);
  EXPECT_EQ(rig.host.server().busy_times(), (std::vector<Duration>{10us, 10us}));
}

TEST(Iothreads, BatchedInterruptsAreOneForAnIteration) {
  for (const char* server : {"main_loop", "iothreads"}) {
    for (const bool batched : {false, true}) {
      Testbed testbed = iothread_testbed();
      testbed.controller.event_idx = false;  // nothing but the driver's flag holds an interrupt back
      testbed.host.server = server;
      testbed.host.batch_interrupts = batched;
      HostRig rig(testbed);
      for (std::uint64_t tag = 0; tag < 3; ++tag) (void)rig.add(0, tag);
      (void)rig.add(1, 3);
      rig.kick(0);
      rig.kick(1);
      rig.run_to(1ms);
      EXPECT_EQ(rig.interrupts.size(), batched ? 2u : 4u) << server;
    }
  }
}

TEST(Iothreads, MappedQueuesAreServedSideBySide) {
  Testbed testbed = iothread_testbed();
  set(testbed, "iothreads.iothread-vq-mapping", IothreadVqMapping{{"a", {1}}, {"b", {0}}});
  HostRig rig(testbed);
  (void)rig.add(0, 0);
  (void)rig.add(1, 1);
  rig.kick(0);
  rig.kick(1);
  rig.run_to(kLoopPopped);
  EXPECT_EQ(rig.log.taken_total, 2u);
  EXPECT_EQ(rig.host.server().busy_times().size(), 2u);
}

struct PollingRig : HostRig {
  static Testbed polling_testbed(bool event_idx) {
    Testbed testbed = iothread_testbed();
    testbed.controller.event_idx = event_idx;
    set(testbed, "iothreads.poll-max-ns", std::int64_t{1'000'000});
    set(testbed, "iothreads.poll_handler_ns", constant(0));
    return testbed;
  }
  explicit PollingRig(bool event_idx) : PollingRig(polling_testbed(event_idx)) {}
  explicit PollingRig(const Testbed& polling) : HostRig(polling) {
    kick_one();
    // It had slept before it knew how long a wait may be; the next ones grow: 4 us, 8, 16, ...
    while (machine.polling == 0 && tag < 8) kick_one();
  }
  void kick_one() {
    (void)add(0, tag++);
    kick(0);
    run_to(now() + 80us);
  }
  // True if the device wants a kick for it, which it does not get.
  bool add_one() {
    const bool wants_kick = add(0, tag++ % 8);
    machine.added(0);
    return wants_kick;
  }
  [[nodiscard]] Duration now() const { return calendar.now().time_since_epoch(); }
  std::uint64_t tag = 0;
};

TEST(Iothreads, PollingFindsWhatNobodyKicksFor) {
  PollingRig rig(/*event_idx=*/false);
  ASSERT_GT(rig.tag, 1u);
  ASSERT_EQ(rig.machine.polling, 1u);
  const std::uint64_t taken = rig.log.taken_total;
  EXPECT_FALSE(rig.add_one());
  rig.run_to(rig.now());  // neither a kick, nor waking, nor a look at descriptors
  EXPECT_EQ(rig.log.taken_total, taken + 1);
}

TEST(Iothreads, WhilePollingFindsSomethingNobodyNeedsToKick) {
  for (const bool event_idx : {false, true}) {
    PollingRig rig(event_idx);
    ASSERT_EQ(rig.machine.polling, 1u);
    // With event index where avail_event stood when polling began is still crossed once.
    EXPECT_EQ(rig.add_one(), event_idx);
    const std::uint64_t taken = rig.log.taken_total;
    rig.run_to(rig.now() + 1us);  // it works on that one
    EXPECT_EQ(rig.machine.polling, 0u);
    EXPECT_FALSE(rig.add_one());
    rig.run_to(rig.now() + 40us);
    EXPECT_EQ(rig.machine.polling, 1u);
    EXPECT_FALSE(rig.add_one());
    rig.run_to(rig.now() + 40us);
    EXPECT_EQ(rig.log.taken_total, taken + 3) << event_idx;
  }
}

TEST(Iothreads, WhenPollingWasInVainKicksAreWantedAgain) {
  PollingRig rig(/*event_idx=*/true);
  (void)rig.add_one();
  rig.run_to(rig.now() + 10ms);
  EXPECT_EQ(rig.machine.polling, 0u);
  EXPECT_TRUE(rig.add_one());
}

TEST(Iothreads, APassLooksAtEachRingAndIsSeenToItsEnd) {
  Testbed testbed = PollingRig::polling_testbed(/*event_idx=*/false);
  set(testbed, "iothreads.poll_handler_ns", constant(100));
  PollingRig rig(testbed);
  ASSERT_EQ(rig.machine.polling, 1u);
  // Passes of four looks, 400 ns, follow each other. What comes is seen by the next one: 400 to 800 ns later.
  rig.run_to(rig.now() + 123ns);
  const std::uint64_t taken = rig.log.taken_total;
  (void)rig.add_one();
  rig.run_to(rig.now() + 399ns);
  EXPECT_EQ(rig.log.taken_total, taken);
  rig.run_to(rig.now() + 401ns);
  EXPECT_EQ(rig.log.taken_total, taken + 1);
}

TEST(Iothreads, WithIoUringQueuesThatWereNeverKickedAreNotPolled) {
  // As above, with 98 queues: the pass that finds the request looks at 100 rings, or at the kicked one's and two more.
  for (const bool io_uring : {false, true}) {
    Testbed testbed = PollingRig::polling_testbed(/*event_idx=*/false);
    testbed.controller.num_queues = 98;
    set(testbed, "iothreads.poll_handler_ns", constant(100));
    set(testbed, "iothreads.fdmon", std::string(io_uring ? "io_uring" : "epoll"));
    PollingRig rig(testbed);
    ASSERT_EQ(rig.machine.polling, 1u);
    PollingRig kicks(testbed);
    EXPECT_EQ(kicks.add(5, 7), io_uring) << "one that is not polled still asks to be kicked";
    const std::uint64_t taken = rig.log.taken_total;
    (void)rig.add_one();
    rig.run_to(rig.now() + 600ns);
    EXPECT_EQ(rig.log.taken_total == taken + 1, io_uring);
    rig.run_to(rig.now() + 80us);
    EXPECT_EQ(rig.log.taken_total, taken + 1);
  }
}

TEST(AdaptivePolling, GrowsWhileALittleMoreWouldHaveHelped) {
  sim::AdaptivePolling polling({.max = 32us});
  EXPECT_EQ(polling.time(), 0us);
  polling.waited(20us);
  EXPECT_EQ(polling.time(), 4us);
  polling.waited(3us);  // it found something
  EXPECT_EQ(polling.time(), 4us);
  polling.waited(20us);
  polling.waited(20us);
  EXPECT_EQ(polling.time(), 16us);
  polling.waited(31us);
  polling.waited(40us);  // longer than it may poll at all
  EXPECT_EQ(polling.time(), 0us);
}

TEST(AdaptivePolling, GoesByItsFactors) {
  sim::AdaptivePolling polling({.max = 32us, .grow = 4, .shrink = 2});
  polling.waited(20us);
  polling.waited(20us);
  EXPECT_EQ(polling.time(), 16us);
  polling.waited(31us);
  EXPECT_EQ(polling.time(), 32us);
  polling.waited(33us);
  EXPECT_EQ(polling.time(), 16us);
  EXPECT_EQ(sim::AdaptivePolling({}).time(), 0us);
}

TEST(VhostScsi, AWorkerForTheDeviceOrForEachQueue) {
  for (const bool each : {false, true}) {
    Testbed testbed = vhost_testbed();
    set(testbed, "vhost_scsi.worker_per_virtqueue", each);
    HostRig rig(testbed);
    (void)rig.add(0, 0);
    (void)rig.add(1, 1);
    rig.kick(0);
    rig.kick(1);
    rig.run_to(kLoopPopped);
    EXPECT_EQ(rig.log.taken_total, each ? 2u : 1u);
    EXPECT_EQ(rig.host.server().busy_times().size(), each ? 2u : 1u);
    rig.run_to(1ms);
    EXPECT_EQ(rig.interrupts.size(), 2u);
  }
}

TEST(VhostScsi, OneInterruptAndOneSwitchForABatch) {
  Testbed testbed = vhost_testbed();
  testbed.controller.event_idx = false;
  HostRig rig(testbed);
  for (std::uint64_t tag = 0; tag < 4; ++tag) (void)rig.add(0, tag);
  rig.kick(0);
  rig.run_to(1ms);
  EXPECT_EQ(rig.interrupts.size(), 1u);
  EXPECT_EQ(rig.host.server().busy_times().front(), 2 * 10us + 4 * (3us + 1us + 3us) + 500ns + 1500ns);
}

TEST(HostParts, AThreadOfThePoolSleepsWhileTheDeviceWorks) {
  Testbed testbed = host_testbed();
  testbed.host.backend = "flash";
  for (const char* nothing : {"flash.command_ns", "flash.controller_ns"}) set(testbed, nothing, constant(0));
  set(testbed, "flash.read_ns", constant(50000));
  set(testbed, "flash.channel_gb_per_s", 0.512);
  HostRig rig(testbed);
  (void)rig.add(0, 0);
  rig.kick(0);
  // Until the worker is done as without a device; then 50 us, and 1 us for 512 bytes; the worker wakes in 4.
  rig.run_to(5us + 10us + 3us + 6100ns + 51us + 4us);
  const sim::PoolTimes times = rig.host.server().aios().front()->pool_times();
  EXPECT_EQ(times.awake, 6100ns + 4us);
  EXPECT_EQ(times.in_use, 6100ns + 51us + 4us);
  EXPECT_EQ(times.locked, 100ns);
  rig.run_to(1ms);
  EXPECT_EQ(rig.interrupts.size(), 1u);
}

}  // namespace
}  // namespace vqlab::test

// Threads that are pinned to physical CPUs, and quotas: of all of them, and by kind.
#include <deque>
#include <gtest/gtest.h>

#include "sim/machine/physical_cpus.hpp"

namespace vqlab::sim {
namespace {

struct PlacedThreads {
  explicit PlacedThreads(PhysicalCpuOptions options, bool eevdf = false)
      : cpus(calendar, with_slices(options, eevdf), 1) {}
  static PhysicalCpuOptions with_slices(PhysicalCpuOptions options, bool eevdf) {
    options.count = 2;
    options.tick = 1ms;
    if (eevdf)
      options.eevdf = Eevdf(5e5, 1ms, 2);
    else
      options.share = FairShare(4e6, 0.5e6, 0.5e6, 2);
    return options;
  }

  struct Thread {
    HostThread thread;
    ThreadTime time;
    Duration done{};
  };
  // Works for so long from then on.
  Thread& add(Duration from, Duration work, ThreadKind kind, std::uint32_t pinned = HostThread::kNoCpu) {
    Thread& made = add(from, work, pinned);
    cpus.limit(made.thread, kind);
    return made;
  }
  Thread& add(Duration from, Duration work, std::uint32_t pinned = HostThread::kNoCpu) {
    Thread& made = threads.emplace_back();
    made.thread.time = &made.time;
    made.thread.pinned = pinned;
    processes.start(run(made, from, work));
    return made;
  }
  Process run(Thread& one, Duration from, Duration work) {
    co_await calendar.sleep(from);
    (void)cpus.wake(one.thread);
    co_await one.time.work(calendar, work, ResourceId::kNone);
    one.done = calendar.now().time_since_epoch();
    cpus.sleep(one.thread);
  }
  void run_to(Duration time) { calendar.run_until(Instant{time}); }

  Calendar calendar;
  PhysicalCpus cpus;
  std::deque<Thread> threads;
  ProcessGroup processes{calendar};
};

TEST(Placement, PinnedThreadsShareTheirCpuThoughAnotherIsIdle) {
  for (const bool eevdf : {false, true}) {
    PlacedThreads t({.pinned = true}, eevdf);
    const auto& a = t.add(0ms, 10ms, 1);
    const auto& b = t.add(1ms, 10ms, 1);
    const auto& free = t.add(2ms, 3ms);
    t.run_to(100ms);
    EXPECT_EQ(free.done, 5ms) << "on the other one";
    EXPECT_EQ(std::max(a.done, b.done), 20ms) << "20 ms of work on one CPU, which is never idle";
    EXPECT_GE(std::min(a.done, b.done), 15ms) << "they took turns";
    EXPECT_EQ(t.cpus.busy_time(), 23ms);
  }
}

TEST(Placement, WhoeverIsPinnedElsewhereLeavesItsCpuIdle) {
  for (const bool eevdf : {false, true}) {
    PlacedThreads t({.pinned = true}, eevdf);
    (void)t.add(0ms, 10ms, 0);
    (void)t.add(0ms, 10ms, 0);
    (void)t.add(0ms, 2ms, 1);
    const auto& later = t.add(3ms, 1ms, 1);
    t.run_to(5ms);
    EXPECT_EQ(later.done, 4ms);
    EXPECT_EQ(t.cpus.busy_time(), 8ms) << "5 of the first CPU, 2 and 1 of the second";
    t.run_to(100ms);
    EXPECT_EQ(t.cpus.busy_time(), 23ms);
  }
}

TEST(Quota, AThreadStandsStillWhenItIsUsedUp) {
  PlacedThreads t({.quota = 2ms, .period = 10ms});
  const auto& one = t.add(0ms, 5ms);
  t.run_to(5ms);
  EXPECT_EQ(t.cpus.busy_time(), 2ms);
  t.run_to(100ms);
  EXPECT_EQ(one.done, 21ms);  // 2 ms from 0, from 10 and 1 from 20 ms on
  EXPECT_EQ(t.cpus.busy_time(), 5ms);
}

TEST(Quota, IsOneForAllThreads) {
  PlacedThreads t({.quota = 2ms, .period = 10ms});
  const auto& a = t.add(0ms, 2ms);
  const auto& b = t.add(0ms, 2ms);
  const auto& late = t.add(5ms, 100us);  // wakes while all stand still
  t.run_to(100ms);
  for (const auto* one : {&a, &b}) EXPECT_NEAR(static_cast<double>(one->done.count()), 11e6, 3e5);
  EXPECT_EQ(late.done / 1ms, 20) << "the other two use up the next period, too";
}

TEST(Quota, IsNotNoticedByWhoeverNeedsLess) {
  PlacedThreads t({.quota = 2ms, .period = 10ms});
  const auto& first = t.add(0ms, 1900us);
  const auto& second = t.add(12ms, 1900us);
  t.run_to(100ms);
  EXPECT_EQ(first.done, 1900us);
  EXPECT_EQ(second.done, 13900us);
}

constexpr CpuQuota kTwoOfTen{2ms, 10ms};

TEST(QuotaByKind, EachVcpuHasItsOwn) {
  for (const bool eevdf : {false, true}) {
    PlacedThreads t({.limits = {kTwoOfTen, {}, {}}}, eevdf);
    const auto& a = t.add(0ms, 5ms, ThreadKind::kVcpu);
    const auto& b = t.add(0ms, 5ms, ThreadKind::kVcpu);
    t.run_to(100ms);
    for (const auto* one : {&a, &b}) EXPECT_EQ(one->done, 21ms) << "2 ms from 0, from 10 and 1 from 20 ms on";
    EXPECT_EQ(t.cpus.busy_time(), 10ms);
  }
}

TEST(QuotaByKind, ThreadsOfTheEmulatorShareOne) {
  PlacedThreads t({.limits = {CpuQuota{}, {}, kTwoOfTen}});
  const auto& a = t.add(0ms, 2ms, ThreadKind::kEmulator);
  const auto& b = t.add(0ms, 2ms, ThreadKind::kEmulator);
  const auto& vcpu = t.add(0ms, 30ms, ThreadKind::kVcpu);  // which needs a CPU of the two, and has no limit
  t.run_to(100ms);
  EXPECT_GE(std::max(a.done, b.done), 11ms) << "4 ms of work of 2 in each 10";
  EXPECT_LE(std::max(a.done, b.done), 13ms);
  EXPECT_LE(vcpu.done, 34ms);
  EXPECT_EQ(t.cpus.busy_time(), 34ms);
}

// One that stands still gives its CPU to another, and one that waits for a CPU uses up nothing.
TEST(QuotaByKind, WhoStandsStillLeavesItsCpu) {
  for (const bool eevdf : {false, true}) {
    PlacedThreads t({.pinned = true, .limits = {kTwoOfTen, {}, {}}}, eevdf);
    const auto& limited = t.add(0ms, 4ms, ThreadKind::kVcpu, 1);
    const auto& free = t.add(0ms, 30ms, ThreadKind::kIothread, 1);
    t.run_to(100ms);
    EXPECT_EQ(t.cpus.busy_time(), 34ms) << "the CPU is never idle";
    EXPECT_EQ(std::max(limited.done, free.done), 34ms);
    EXPECT_GE(limited.done, 12ms) << "2 ms from 0 and 2 from 10 ms on, at best";
    EXPECT_LE(limited.done, 30ms);
  }
}

TEST(QuotaByKind, WakesWhileItStandsStill) {
  PlacedThreads t({.limits = {kTwoOfTen, {}, kTwoOfTen}});
  const auto& first = t.add(0ms, 2ms, ThreadKind::kEmulator);
  const auto& later = t.add(5ms, 100us, ThreadKind::kEmulator);
  t.run_to(100ms);
  EXPECT_EQ(first.done, 2ms);
  EXPECT_EQ(later.done, 10100us);
}

TEST(QuotaByKind, IsNotUsedUpByWhoeverSpinsWithoutACpu) {
  PlacedThreads t({.limits = {kTwoOfTen, {}, {}}});
  HostThread spinner;
  ThreadTime time;
  spinner.time = &time;
  t.cpus.limit(spinner, ThreadKind::kVcpu);
  (void)t.cpus.wake(spinner);
  t.cpus.begin_spinning(spinner);
  t.run_to(5ms);
  EXPECT_EQ(t.cpus.busy_time(), 2ms) << "it spins for as long as it may";
  (void)t.cpus.end_spinning(spinner);
  t.run_to(9ms);
  EXPECT_EQ(t.cpus.busy_time(), 2ms);
  t.run_to(11ms);
  EXPECT_EQ(t.cpus.busy_time(), 3ms);
  t.cpus.sleep(spinner);
  t.run_to(30ms);
  EXPECT_EQ(t.cpus.busy_time(), 3ms);
}

}  // namespace
}  // namespace vqlab::sim

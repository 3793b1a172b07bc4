#include "sim/machine/physical_cpus.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <vector>

namespace vqlab::sim {
namespace {

// Leaving the deepest C-state takes 10 us, half of it applies after 60 us.
struct Cpus {
  explicit Cpus(std::uint32_t count, double sibling_speed = 1, Duration timeslice = {})
      : cpus(calendar, {count, sibling_speed, timeslice, {10000, Shape::kConstant}, 60us}, 1) {}

  void pass(Duration time) { calendar.run_until(calendar.now() + time); }
  // What 1 us of work takes now.
  [[nodiscard]] Duration microsecond() { return cpus.slowdown().of(1us); }

  Calendar calendar;
  PhysicalCpus cpus;
};

TEST(PhysicalCpus, TheLongerIdleTheDeeperTheSleep) {
  Cpus c(1);
  HostThread thread;
  EXPECT_EQ(c.cpus.wake(thread), 0ns);  // idle for no time
  c.cpus.sleep(thread);
  c.pass(60us);
  EXPECT_EQ(c.cpus.wake(thread), 5us);  // 10 us * 60 / (60 + 60)
  c.cpus.sleep(thread);
  c.pass(180us);
  EXPECT_EQ(c.cpus.wake(thread), 7500ns);  // 10 us * 180 / (180 + 60)
}

TEST(PhysicalCpus, AThreadReturnsToTheCpuThatItUsedLast) {
  Cpus c(2);
  HostThread a;
  HostThread b;
  (void)c.cpus.wake(a);
  (void)c.cpus.wake(b);
  EXPECT_NE(a.cpu, b.cpu);
  const std::uint32_t own = a.cpu;
  c.cpus.sleep(a);
  c.pass(60us);
  c.cpus.sleep(b);  // its CPU is the one that became idle last
  EXPECT_EQ(c.cpus.wake(a), 5us);
  EXPECT_EQ(a.cpu, own);
}

TEST(PhysicalCpus, ANewThreadTakesTheCpuThatBecameIdleLast) {
  Cpus c(3);
  HostThread a, b, fresh;
  (void)c.cpus.wake(a);
  (void)c.cpus.wake(b);
  c.pass(100us);
  c.cpus.sleep(a);
  c.cpus.sleep(b);
  EXPECT_EQ(c.cpus.wake(fresh), 0ns);
  EXPECT_EQ(fresh.cpu, b.cpu);
}

TEST(PhysicalCpus, NobodyLosesTimeWhileThereAreEnough) {
  Cpus c(2);
  HostThread a, b, third;
  (void)c.cpus.wake(a);
  EXPECT_EQ(c.microsecond(), 1us);
  (void)c.cpus.wake(b);
  EXPECT_EQ(c.microsecond(), 1us);
  EXPECT_EQ(c.cpus.wake(third), 0ns);  // no CPU leaves a C-state for it
  EXPECT_FALSE(third.placed);
  EXPECT_EQ(c.microsecond(), 1500ns);  // 3 threads on 2 CPUs
  c.cpus.sleep(b);
  EXPECT_EQ(c.microsecond(), 1us);
}

TEST(PhysicalCpus, SiblingsShareTheirCore) {
  Cpus c(4, 0.5);
  HostThread a, b, third, fourth, fifth;
  (void)c.cpus.wake(a);
  EXPECT_EQ(c.microsecond(), 1us);
  (void)c.cpus.wake(b);  // one of the three others: its sibling with probability 1/3
  EXPECT_NEAR(static_cast<double>(c.microsecond().count()), 1000 * (2.0 / 3 + 2.0 / 3), 1);
  (void)c.cpus.wake(third);
  (void)c.cpus.wake(fourth);
  EXPECT_EQ(c.microsecond(), 2us);  // every sibling works
  (void)c.cpus.wake(fifth);
  EXPECT_EQ(c.microsecond(), 2500ns);  // and five threads share four CPUs
}

TEST(PhysicalCpus, PreemptedThreadsLoseTheirCpuNowAndThenForLong) {
  Cpus c(2, 1, 3ms);
  std::vector<HostThread> threads(3);
  for (HostThread& thread : threads) (void)c.cpus.wake(thread);
  constexpr int kSteps = 200'000;
  int preempted = 0;
  Duration total{0};
  for (int i = 0; i < kSteps; ++i) {
    const Duration time = c.cpus.slowdown().of(30us);
    EXPECT_GE(time, 30us);
    if (time > 30us) ++preempted;
    total += time;
  }
  // One step in a hundred is longer than what is left of the slice; then one other thread for two CPUs has half a slice
  // on average. Three threads on two CPUs take 1.5 times as long.
  EXPECT_NEAR(preempted, kSteps / 100, 200);
  EXPECT_NEAR(static_cast<double>(total.count()) / kSteps, 45'000, 1500);
}

TEST(PhysicalCpus, WorkOfManySlicesIsPreemptedManyTimes) {
  Cpus c(1, 1, 1ms);
  std::vector<HostThread> threads(2);
  for (HostThread& thread : threads) (void)c.cpus.wake(thread);
  Duration total{0};
  for (int i = 0; i < 1000; ++i) total += c.cpus.slowdown().of(Duration{10'500'000});
  EXPECT_NEAR(static_cast<double>(total.count()) / 1000, 21e6, 1e6);
}

TEST(PhysicalCpus, AHomelessThreadGoesOnWhereAnotherSlept) {
  Cpus c(1);
  HostThread a, homeless;
  (void)c.cpus.wake(a);
  (void)c.cpus.wake(homeless);
  c.cpus.sleep(a);  // its CPU stays busy
  c.pass(60us);
  EXPECT_EQ(c.cpus.busy_time(), 60us);
  c.cpus.sleep(homeless);
  EXPECT_EQ(homeless.cpu, a.cpu);  // where it ended up
  c.pass(60us);
  EXPECT_EQ(c.cpus.wake(homeless), 5us);  // idle since it slept, not since `a` did
}

TEST(PhysicalCpus, BusyTimeIsTheIntegralOfTheBusyCpus) {
  Cpus c(2);
  HostThread a, b, third;
  (void)c.cpus.wake(a);
  c.pass(10us);  // 1 busy
  (void)c.cpus.wake(b);
  (void)c.cpus.wake(third);
  c.pass(10us);  // 3 threads, 2 CPUs busy
  c.cpus.sleep(a);
  c.cpus.sleep(b);
  c.pass(10us);  // 1
  c.cpus.sleep(third);
  c.pass(10us);  // 0
  EXPECT_EQ(c.cpus.busy_time(), 40us);
}

TEST(PhysicalCpus, ThreadsAndCpusMatchWhateverHappens) {
  rc::check("as many CPUs idle as no thread needs", [] {
    const auto count = *rc::gen::inRange<std::uint32_t>(1, 5);
    Cpus c(count);
    std::vector<HostThread> threads(8);
    std::vector<bool> awake(threads.size());
    const auto moves = *rc::gen::container<std::vector<std::uint32_t>>(200, rc::gen::inRange<std::uint32_t>(0, 8));
    std::uint32_t running = 0;
    Duration expected{0};
    for (const std::uint32_t i : moves) {
      if (awake[i]) {
        c.cpus.sleep(threads[i]);
        --running;
      } else {
        (void)c.cpus.wake(threads[i]);
        ++running;
      }
      awake[i] = !awake[i];
      c.pass(1us);
      expected += Duration{1000} * std::min(running, count);
      RC_ASSERT(c.cpus.busy_time() == expected);
      // No two threads have the same CPU.
      std::vector<bool> taken(count);
      for (const HostThread& thread : threads) {
        if (!thread.placed) continue;
        RC_ASSERT(thread.cpu < count);
        RC_ASSERT(!taken[thread.cpu]);
        taken[thread.cpu] = true;
      }
    }
  });
}

}  // namespace
}  // namespace vqlab::sim

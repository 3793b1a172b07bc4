#include "sim/machine/physical_cpus.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <vector>

namespace vqlab::sim {
namespace {

// Leaving the deepest C-state takes 10 us, half of it applies after 60 us.
struct Cpus {
  explicit Cpus(std::uint32_t count, double sibling_speed = 1, const FairShare& share = {}, const Eevdf& eevdf = {})
      : cpus(calendar, {count, sibling_speed, share, eevdf, 1ms, {10000, Shape::kConstant}, 60us}, 1),
        has_slices(share.slices() || eevdf.on()) {}

  void pass(Duration time) { calendar.run_until(calendar.now() + time); }
  // What 1 us of work takes now.
  [[nodiscard]] Duration microsecond() { return cpus.slowdown(any).of(1us); }

  Calendar calendar;
  HostThread any;
  PhysicalCpus cpus;
  bool has_slices;
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

// A period of 8 ms for all, slices of 1 ms at least, and a wake-up preempts who had the CPU for 1 ms longer; for one
// CPU.
const FairShare kShare(8e6, 1e6, 1e6, 1);
// The same for two, from half of it.
const FairShare kShareOfTwo(4e6, 0.5e6, 0.5e6, 2);

// Slices of 1 ms, for one CPU; and for two.
const Eevdf kEevdf(1e6, 1ms, 1);
const Eevdf kEevdfOfTwo(5e5, 1ms, 2);

// Threads that wake, work and sleep.
struct Threads : Cpus {
  explicit Threads(std::uint32_t count, const FairShare& share) : Cpus(count, 1, share) {}
  explicit Threads(std::uint32_t count, const Eevdf& eevdf) : Cpus(count, 1, {}, eevdf) {}

  struct Thread {
    HostThread thread;
    ThreadTime time;
    Duration done{};
  };
  Thread& add() {
    Thread& made = threads.emplace_back();
    made.thread.time = &made.time;
    return made;
  }
  // It wakes at this time.
  void works(Thread& one, Duration from, Duration work) { processes.start(run(one, from, work)); }
  Process run(Thread& one, Duration from, Duration work) {
    co_await calendar.sleep(from - calendar.now().time_since_epoch());
    (void)cpus.wake(one.thread);
    co_await one.time.work(calendar, work, ResourceId::kNone);
    one.done = calendar.now().time_since_epoch();
    cpus.sleep(one.thread);
  }

  std::deque<Thread> threads;
  ProcessGroup processes{calendar};
};

TEST(PhysicalCpus, WhoSpinsGivesItsCpuToWhoeverWantsToRun) {
  Threads t(1, kShare);
  Threads::Thread& spins = t.add();
  Threads::Thread& works = t.add();
  (void)t.cpus.wake(spins.thread);
  t.cpus.begin_spinning(spins.thread);
  EXPECT_TRUE(spins.thread.placed);  // nobody else wants the CPU
  t.works(works, 1ms, 2ms);
  t.calendar.run_until(Instant{2ms});
  EXPECT_TRUE(works.thread.placed);
  EXPECT_FALSE(spins.thread.placed);
  t.calendar.run_until(Instant{5ms});
  EXPECT_EQ(works.done, 3ms);                            // at once, and for as long as it likes
  EXPECT_EQ(t.cpus.end_spinning(spins.thread), 9708ns);  // its CPU was idle for 2 ms: 10 us * 2000 / 2060
  EXPECT_TRUE(spins.thread.placed);
  t.cpus.sleep(spins.thread);
}

TEST(PhysicalCpus, WhoBeginsToSpinWhileOthersWaitStepsAside) {
  Threads t(1, kShare);
  Threads::Thread& spins = t.add();
  Threads::Thread& works = t.add();
  (void)t.cpus.wake(spins.thread);
  t.works(works, 0ms, 2ms);
  t.calendar.run_until(Instant{100us});
  ASSERT_TRUE(spins.thread.placed);  // neither has had more than the other
  t.cpus.begin_spinning(spins.thread);
  EXPECT_FALSE(spins.thread.placed);
  t.calendar.run_until(Instant{1ms});
  EXPECT_TRUE(works.thread.placed);
  (void)t.cpus.end_spinning(spins.thread);  // wakes, and takes the CPU or waits for it as who has slept
  EXPECT_TRUE(spins.thread.placed || spins.thread.waits);
  t.calendar.run_until(Instant{50ms});
  EXPECT_NE(works.done, 0ms);
}

TEST(PhysicalCpus, AThreadThatSleptTakesTheCpuFromOneThatRan) {
  Threads t(1, kShare);
  Threads::Thread& runs = t.add();
  Threads::Thread& wakes = t.add();
  t.works(runs, 0ns, 10ms);
  t.works(wakes, 5ms, 300us);
  t.pass(20ms);
  EXPECT_EQ(wakes.done, 5300us);  // it is put 4 ms behind, half a period
  EXPECT_EQ(runs.done, 10300us);
}

TEST(PhysicalCpus, AThreadThatIsNotFarBehindWaitsUntilTheCurrentOneSleeps) {
  Threads t(1, kShare);
  Threads::Thread& runs = t.add();
  Threads::Thread& wakes = t.add();
  t.works(runs, 0ns, 800us);
  t.works(wakes, 500us, 300us);
  t.pass(20ms);
  EXPECT_EQ(runs.done, 800us);
  EXPECT_EQ(wakes.done, 1100us);
}

TEST(PhysicalCpus, SlicesEndAtTicks) {
  Threads t(1, kShare);
  Threads::Thread& first = t.add();
  Threads::Thread& second = t.add();
  t.works(first, 0ns, 10ms);
  t.works(second, 100us, 10ms);
  t.pass(50ms);
  // Of 4 ms each: the tick at 5 ms is the first that finds more, then those at 10 and 15 ms.
  EXPECT_EQ(first.done, 15ms);
  EXPECT_EQ(second.done, 20ms);
}

TEST(PhysicalCpus, AHostOfManyThreadsIsFair) {
  Threads t(2, kShareOfTwo);
  for (int i = 0; i < 6; ++i) t.works(t.add(), Duration{1000 * i}, 60ms);
  t.pass(1s);
  // Six times 60 ms on two CPUs; the last slices are of 3 ms, as the ticks have it.
  for (const Threads::Thread& one : t.threads) {
    EXPECT_GE(one.done, 171ms);
    EXPECT_LE(one.done, 180ms + 10us);
  }
  EXPECT_EQ(t.cpus.busy_time(), 360ms);
}

TEST(PhysicalCpus, ACpuThatFallsIdleTakesFromTheLongestQueue) {
  Threads t(2, kShareOfTwo);
  Threads::Thread& on_first = t.add();
  Threads::Thread& on_second = t.add();
  Threads::Thread& waits = t.add();
  t.works(on_first, 0ns, 900us);
  t.works(on_second, 0ns, 400us);
  t.works(waits, 100us, 300us);
  t.pass(10ms);
  EXPECT_EQ(waits.done, 700us);
  EXPECT_EQ(on_first.done, 900us);
}

TEST(PhysicalCpus, EevdfLetsAThreadThatWakesWaitForTheSlice) {
  Threads t(1, kEevdf);
  Threads::Thread& runs = t.add();
  Threads::Thread& wakes = t.add();
  t.works(runs, 0ns, 10ms);
  t.works(wakes, 500us, 300us);
  t.pass(20ms);
  EXPECT_EQ(wakes.done, 1300us);  // it is put at the average, so both are eligible until the tick
  EXPECT_EQ(runs.done, 10300us);
}

TEST(PhysicalCpus, EevdfLetsWhoLeftWithLessThanTheAverageRunAtOnce) {
  Threads t(1, kEevdf);
  Threads::Thread& runs = t.add();
  Threads::Thread& wakes = t.add();
  t.works(runs, 0ns, 10ms);
  t.works(wakes, 500us, 100us);
  t.pass(1150us);
  ASSERT_EQ(wakes.done, 1100us);
  EXPECT_EQ(wakes.thread.lag, 200us);  // it has had 0.6 ms, the other one 1 ms
  t.works(wakes, 1200us, 100us);
  t.pass(20ms);
  EXPECT_EQ(wakes.done, 1300us);
  EXPECT_EQ(runs.done, 10200us);
}

TEST(PhysicalCpus, EevdfKeepsInMindWhoHadMoreThanTheAverage) {
  Threads t(1, kEevdf);
  Threads::Thread& runs = t.add();
  Threads::Thread& waits = t.add();
  t.works(runs, 0ns, 900us);
  t.works(waits, 100us, 5ms);
  t.pass(950us);
  ASSERT_EQ(runs.done, 900us);
  EXPECT_EQ(runs.thread.lag, -400us);  // it has had 0.9 ms, the other one counts as 0.1 ms
  t.works(runs, 1ms, 100us);
  t.pass(100us);
  EXPECT_EQ(runs.thread.had, 900us);  // the other one has had 0.2 ms by then
  t.pass(20ms);
  // The other one keeps its slice: it began at 0.9 ms, and the tick at 2 ms is the first after it.
  EXPECT_EQ(runs.done, 2100us);
  EXPECT_EQ(waits.done, 6ms);
}

TEST(PhysicalCpus, EevdfSharesACpuAmongGroups) {
  Threads t(1, kEevdf);
  for (int i = 0; i < 4; ++i) t.add();
  t.threads[0].thread.group = 1;
  for (Threads::Thread& one : t.threads) t.works(one, 0ns, 60ms);
  t.pass(1s);
  // Half for the one, half for the three.
  EXPECT_NEAR(static_cast<double>(t.threads[0].done.count()), 120e6, 4e6);
  for (int i = 1; i < 4; ++i) EXPECT_GE(t.threads[static_cast<std::size_t>(i)].done, 230ms);
  EXPECT_EQ(t.cpus.busy_time(), 240ms);
}

TEST(PhysicalCpus, EevdfIsFairOnSeveralCpus) {
  Threads t(2, kEevdfOfTwo);
  for (int i = 0; i < 6; ++i) t.works(t.add(), Duration{1000 * i}, 60ms);
  t.pass(1s);
  for (const Threads::Thread& one : t.threads) {
    EXPECT_GE(one.done, 174ms);
    EXPECT_LE(one.done, 180ms + 10us);
  }
  EXPECT_EQ(t.cpus.busy_time(), 360ms);
}

TEST(PhysicalCpus, WhatBeginsWithoutACpuWaitsForOne) {
  // As the holder of a lock that is handed over to a thread that has lost its CPU.
  Calendar calendar;
  ThreadTime time;
  ProcessGroup processes(calendar);
  Duration done{};
  const auto work = [&]() -> Process {
    co_await time.work(calendar, 10us, ResourceId::kNone);
    done = calendar.now().time_since_epoch();
  };
  time.lose_cpu(calendar);
  processes.start(work());
  calendar.run_until(Instant{5us});
  time.get_cpu(calendar);
  calendar.run_until(Instant{1ms});
  EXPECT_EQ(done, 15us);
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
    const bool eevdf = *rc::gen::arbitrary<bool>();
    Cpus c(count, 1, *rc::gen::arbitrary<bool>() && !eevdf ? kShare : FairShare(), eevdf ? kEevdf : Eevdf());
    std::vector<HostThread> threads(8);
    for (HostThread& thread : threads) thread.group = *rc::gen::inRange<std::uint32_t>(0, HostThread::kGroups);
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
      std::uint32_t placed = 0;
      for (const HostThread& thread : threads) {
        if (!thread.placed) continue;
        RC_ASSERT(thread.cpu < count);
        RC_ASSERT(!taken[thread.cpu]);
        taken[thread.cpu] = true;
        ++placed;
      }
      // Without time slices some run on a CPU that is not known.
      if (c.has_slices) RC_ASSERT(placed == std::min(running, count));
    }
  });
}

}  // namespace
}  // namespace vqlab::sim

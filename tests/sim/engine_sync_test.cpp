#include <deque>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>

#include "sim/engine/process.hpp"
#include "sim/engine/sync.hpp"
#include "tests/support/mutex.hpp"

namespace vqlab::sim {
namespace {

using testing::ElementsAre;

class AwakeAtOnce final : public IdleHooks {
 public:
  Duration wake() override { return Duration{0}; }
  void idle() override {}
};

// Names and the times at which they were noted.
struct Notes {
  std::vector<std::pair<int, std::int64_t>> list;
  void add(const Calendar& calendar, int name) { list.emplace_back(name, calendar.now().time_since_epoch().count()); }
};

struct SpinLockTest : testing::Test {
  Process hold(std::size_t index, Duration before, Duration work) {
    PriorityCpu& cpu = cpus_[index];
    co_await cpu.claim(0);
    co_await cpu.spend(before);
    co_await lock_.acquire(cpu);
    notes_.add(calendar_, static_cast<int>(index));
    co_await cpu.spend(work);
    lock_.release(cpu);
    cpu.release();
  }
  // CPUs that want the lock at 1, 2, 3, ... ns and hold it for 100 ns.
  void start(std::size_t holders) {
    for (std::size_t i = 0; i < holders; ++i) {
      cpus_.emplace_back(calendar_, slowdown_, hooks_);
      group_.start(hold(i, Duration{static_cast<int>(i) + 1}, 100ns));
    }
    calendar_.run_until(Instant{10us});
  }

  // What a section that takes no step is owed for; nothing if the lock is busy.
  std::optional<Duration> owe(std::size_t index, Duration work) {
    Duration owed{0};
    auto section = lock_.hold_or_owe(cpus_[index], work, owed);
    if (section.await_ready()) {
      section.await_resume();
      return owed;
    }
    cpus_[index].unmask();
    return std::nullopt;
  }

  Calendar calendar_;
  Slowdown slowdown_;
  AwakeAtOnce hooks_;
  LockTransfers transfers_{CostSampler(Cost{10, Shape::kConstant}), CostSampler(), ResourceId::kQueueLock};
  RandomStream random_{1, "lock"};
  SpinLock lock_{calendar_, transfers_, random_};
  std::deque<PriorityCpu> cpus_;
  Notes notes_;
  ProcessGroup group_{calendar_};
};

// An interrupt that came while interrupts were off goes before the next lock is taken.
TEST_F(SpinLockTest, AnInterruptDoesNotWaitForTheNextLock) {
  cpus_.emplace_back(calendar_, slowdown_, hooks_);
  group_.start([](SpinLockTest& test) -> Process {
    PriorityCpu& cpu = test.cpus_[0];
    co_await cpu.claim(3);
    co_await test.lock_.acquire(cpu, 10ns);
    test.lock_.release(cpu);
    co_await test.lock_.acquire(cpu, 20ns);
    test.notes_.add(test.calendar_, 0);
    test.lock_.release(cpu);
    cpu.release();
  }(*this));
  group_.start([](SpinLockTest& test) -> Process {
    co_await test.calendar_.sleep(4ns);
    co_await test.cpus_[0].claim(0);
    co_await test.cpus_[0].spend(5ns);
    test.notes_.add(test.calendar_, 1);
    test.cpus_[0].release();
  }(*this));
  calendar_.run_until(Instant{1us});
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(1, 15), std::pair(0, 35)));
  EXPECT_EQ(cpus_[0].busy_time(), 35ns);
  EXPECT_EQ(lock_.held(), 30ns);
}

TEST_F(SpinLockTest, WhoeverHasSpunFetchesTheProtectedLinesToo) {
  transfers_.protected_lines = CostSampler(Cost{40, Shape::kConstant});
  start(2);
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(0, 1), std::pair(1, 101 + 10 + 40)));
}

// What a lock protects is fetched by whoever takes it after another CPU.
TEST_F(SpinLockTest, ProtectedLinesFollowTheHolder) {
  transfers_.protected_lines = CostSampler(Cost{40, Shape::kConstant});
  cpus_.emplace_back(calendar_, slowdown_, hooks_);
  cpus_.emplace_back(calendar_, slowdown_, hooks_);
  group_.start(hold(0, 1ns, 100ns));     // nobody held it before
  group_.start(hold(0, 0ns, 100ns));     // waits for its CPU, not for the lock
  group_.start(hold(1, 500ns, 100ns));   // 500 + 40
  group_.start(hold(0, 1000ns, 100ns));  // after the first two, which end at 201
  calendar_.run_until(Instant{10us});
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(0, 1), std::pair(0, 101), std::pair(1, 540), std::pair(0, 1241)));
}

TEST_F(SpinLockTest, AFreeLockTakesNoTime) {
  start(1);
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(0, 1)));
  EXPECT_EQ(lock_.waited(), 0ns);
  EXPECT_EQ(cpus_[0].busy_time(), 101ns);
}

// Nobody waits for the end of a section that is told its length, but for the lock.
TEST_F(SpinLockTest, ASectionWithoutAStepKeepsOthersOut) {
  transfers_.protected_lines = CostSampler(Cost{40, Shape::kConstant});
  cpus_.emplace_back(calendar_, slowdown_, hooks_);
  cpus_.emplace_back(calendar_, slowdown_, hooks_);
  EXPECT_EQ(owe(0, 100ns), 100ns);
  group_.start(hold(1, 50ns, 100ns));  // gets it at 100, over one line and 40
  group_.start(hold(0, 60ns, 100ns));  // and this one when that is over, at 250, over one line and 40
  calendar_.run_until(Instant{55ns});
  EXPECT_EQ(owe(0, 100ns), std::nullopt);
  EXPECT_EQ(lock_.held(), 55ns);
  calendar_.run_until(Instant{10us});
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(1, 150), std::pair(0, 300)));
  EXPECT_EQ(lock_.waited(), 60ns + 200ns);
  EXPECT_EQ(lock_.held(), 100ns + 150ns + 150ns);
  EXPECT_EQ(owe(1, 5ns), 45ns);
  EXPECT_EQ(owe(1, 5ns), 5ns);  // its own, one after the other
  EXPECT_EQ(owe(0, 5ns), std::nullopt);
}

// Released at 101 with 3 waiters: 30 ns of transfer. Next release at 231 with 2 waiters, then at 351 with one.
TEST_F(SpinLockTest, IsHandedOverInOrderAndTakesLongerTheMoreSpin) {
  start(4);
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(0, 1), std::pair(1, 131), std::pair(2, 251), std::pair(3, 361)));
}

// The waiters came at 2, 3 and 4.
TEST_F(SpinLockTest, WaitingIsCountedAndBurnsTheWaitersCpu) {
  start(4);
  EXPECT_EQ(lock_.waited(), 129ns + 248ns + 357ns);
  EXPECT_EQ(cpus_[0].busy_time(), 1ns + 100ns);
  EXPECT_EQ(cpus_[1].busy_time(), 2ns + 129ns + 100ns);
  EXPECT_EQ(cpus_[3].busy_time(), 4ns + 357ns + 100ns);
}

TEST_F(SpinLockTest, IsFreeAgainAfterAQueue) {
  start(3);
  start(1);
  EXPECT_EQ(lock_.waited(), 119ns + 228ns);  // as for the first three alone: released at 101 and 221
}

TEST_F(SpinLockTest, ItsHolderIsNotInterrupted) {
  PriorityCpu& cpu = cpus_.emplace_back(calendar_, slowdown_, hooks_);
  const auto low = [](SpinLockTest& fixture, PriorityCpu& on) -> Process {
    co_await on.claim(3);
    co_await fixture.lock_.acquire(on);
    co_await on.spend(10ns);
    co_await on.spend(10ns);
    fixture.lock_.release(on);
    fixture.notes_.add(fixture.calendar_, 1);
    co_await on.spend(10ns);
    fixture.notes_.add(fixture.calendar_, 3);
    on.release();
  };
  const auto high = [](SpinLockTest& fixture, PriorityCpu& on) -> Process {
    co_await fixture.calendar_.sleep(5ns);
    co_await on.claim(0);
    fixture.notes_.add(fixture.calendar_, 2);
    co_await on.spend(7ns);
    on.release();
  };
  group_.start(low(*this, cpu));
  group_.start(high(*this, cpu));
  calendar_.run_until(Instant{1us});
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(1, 20), std::pair(2, 20), std::pair(3, 37)));
}

struct SyncTest : testing::Test {
  Calendar calendar_;
  Notes notes_;
  ProcessGroup group_{calendar_};
};

TEST_F(SyncTest, AMutexIsHandedOverInOrder) {
  test::Mutex mutex(calendar_);
  const auto hold = [](SyncTest& fixture, test::Mutex& lock, int name) -> Process {
    co_await lock.acquire();
    fixture.notes_.add(fixture.calendar_, name);
    co_await fixture.calendar_.sleep(10ns);
    lock.release();
  };
  for (int name = 0; name < 3; ++name) group_.start(hold(*this, mutex, name));
  calendar_.run_until(Instant{100ns});
  group_.start(hold(*this, mutex, 3));
  calendar_.run_until(Instant{200ns});
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(0, 0), std::pair(1, 10), std::pair(2, 20), std::pair(3, 100)));
}

// Handed over, not thrown open: who comes between release and waking does not overtake.
TEST_F(SyncTest, NobodyOvertakesTheNextHolder) {
  test::Mutex mutex(calendar_);
  const auto hold_twice = [](SyncTest& fixture, test::Mutex& lock, int name) -> Process {
    for (int turn = 0; turn < 2; ++turn) {
      co_await lock.acquire();
      fixture.notes_.add(fixture.calendar_, name);
      co_await fixture.calendar_.sleep(10ns);
      lock.release();
    }
  };
  group_.start(hold_twice(*this, mutex, 0));
  group_.start(hold_twice(*this, mutex, 1));
  calendar_.run_until(Instant{100ns});
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(0, 0), std::pair(1, 10), std::pair(0, 20), std::pair(1, 30)));
}

TEST_F(SyncTest, ASemaphoreCountsAndWakesInOrder) {
  test::Semaphore semaphore(calendar_, 1);
  const auto take = [](SyncTest& fixture, test::Semaphore& units, int name) -> Process {
    co_await units.acquire();
    fixture.notes_.add(fixture.calendar_, name);
  };
  for (int name = 0; name < 3; ++name) group_.start(take(*this, semaphore, name));
  calendar_.run_until(Instant{5ns});
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(0, 0)));
  EXPECT_EQ(semaphore.waiters(), 2U);
  for (int i = 0; i < 3; ++i) semaphore.post();
  EXPECT_EQ(semaphore.waiters(), 0U);
  calendar_.run_until(Instant{5ns});
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(0, 0), std::pair(1, 5), std::pair(2, 5)));
  EXPECT_TRUE(semaphore.try_acquire());  // the third post found nobody
  EXPECT_FALSE(semaphore.try_acquire());
}

TEST_F(SyncTest, SignalsBeforeTheListenerWaitsAreOne) {
  Event event(calendar_);
  event.signal();
  event.signal();
  group_.start([](SyncTest& fixture, Event& signal) -> Process {
    for (int turn = 0; turn < 3; ++turn) {
      co_await signal.wait();
      fixture.notes_.add(fixture.calendar_, turn);
    }
  }(*this, event));
  calendar_.run_until(Instant{1ns});
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(0, 0)));
  event.signal();
  calendar_.run_until(Instant{2ns});
  EXPECT_THAT(notes_.list, ElementsAre(std::pair(0, 0), std::pair(1, 1)));
}

}  // namespace
}  // namespace vqlab::sim

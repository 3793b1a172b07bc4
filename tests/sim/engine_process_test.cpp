#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/engine/process.hpp"
#include "sim/engine/sync.hpp"
#include "tests/support/mutex.hpp"

namespace vqlab::sim {
namespace {

constexpr int kMany = 1'000'000;

Task<int> add_at_once(int a, int b) { co_return a + b; }

Task<int> add_later(Calendar& calendar, int a, int b) {
  co_await calendar.sleep(1ns);
  co_return a + b;
}

Task<> call_twice(Calendar& calendar, int& sum) {
  sum = co_await add_later(calendar, sum, 1);
  sum = co_await add_at_once(sum, 1);
}

TEST(Process, BeginsWhenTheCalendarRunsIt) {
  Calendar calendar;
  bool begun = false;
  ProcessGroup group(calendar);
  group.start([](bool& flag) -> Process {
    flag = true;
    co_return;
  }(begun));
  EXPECT_FALSE(begun);
  calendar.run_until(Instant{});
  EXPECT_TRUE(begun);
}

TEST(Process, CallsReturnTheirResults) {
  Calendar calendar;
  int sum = 0;
  ProcessGroup group(calendar);
  group.start([](Calendar& time, int& result) -> Process {
    for (int i = 0; i < 10; ++i) co_await call_twice(time, result);
  }(calendar, sum));
  calendar.run_until(Instant{9ns});
  EXPECT_EQ(sum, 18);
  calendar.run_until(Instant{10ns});
  EXPECT_EQ(sum, 20);
}

// None of these loops may take stack for each turn, whatever the compiler makes of symmetric transfer.
TEST(Process, AMillionCallsThatDoNotWaitNeedNoStack) {
  Calendar calendar;
  int sum = 0;
  ProcessGroup group(calendar);
  group.start([](int& result) -> Process {
    for (int i = 0; i < kMany; ++i) result = co_await add_at_once(result, 1);
  }(sum));
  calendar.run_until(Instant{});
  EXPECT_EQ(sum, kMany);
}

TEST(Process, AMillionCallsThatWaitNeedNoStack) {
  Calendar calendar;
  int sum = 0;
  ProcessGroup group(calendar);
  group.start([](Calendar& time, int& result) -> Process {
    for (int i = 0; i < kMany; ++i) result = co_await add_later(time, result, 1);
  }(calendar, sum));
  calendar.run_until(Instant{std::chrono::nanoseconds(kMany)});
  EXPECT_EQ(sum, kMany);
}

TEST(Process, AMillionFreeLocksAndReadySignalsNeedNoStack) {
  Calendar calendar;
  int turns = 0;
  ProcessGroup group(calendar);
  group.start([](Calendar& time, int& result) -> Process {
    test::Mutex mutex(time);
    test::Semaphore semaphore(time);
    Event event(time);
    for (; result < kMany; ++result) {
      co_await mutex.acquire();
      mutex.release();
      semaphore.post();
      co_await semaphore.acquire();
      event.signal();
      co_await event.wait();
    }
  }(calendar, turns));
  calendar.run_until(Instant{});
  EXPECT_EQ(turns, kMany);
}

TEST(Process, AMillionHandoversNeedNoStack) {
  Calendar calendar;
  int turns = 0;
  test::Semaphore there(calendar);
  test::Semaphore back(calendar);
  ProcessGroup group(calendar);
  const auto pass = [](test::Semaphore& from, test::Semaphore& to, int& count) -> Process {
    while (true) {
      co_await from.acquire();
      if (++count >= kMany) co_return;
      to.post();
    }
  };
  group.start(pass(there, back, turns));
  group.start(pass(back, there, turns));
  there.post();
  calendar.run_until(Instant{});
  EXPECT_EQ(turns, kMany);
}

TEST(Process, AGroupDestroysWhatHasNotEnded) {
  struct Witness {
    int& count;
    ~Witness() { ++count; }
  };
  Calendar calendar;
  int destroyed = 0;
  {
    ProcessGroup group(calendar);
    const auto wait = [](Calendar& time, int& count, Duration delay) -> Process {
      const Witness witness{count};
      co_await add_later(time, 1, 2);
      co_await time.sleep(delay);
    };
    group.start(wait(calendar, destroyed, 5ns));
    group.start(wait(calendar, destroyed, 100ns));
    calendar.run_until(Instant{10ns});
    EXPECT_EQ(destroyed, 1);
  }
  EXPECT_EQ(destroyed, 2);
}

TEST(FramePool, HandsAFrameOutAgain) {
  FramePool& pool = FramePool::instance();
  for (const std::size_t bytes : {1UL, 64UL, 65UL, 2048UL}) {
    void* const frame = pool.take(bytes);
    pool.give_back(frame, bytes);
    void* const again = pool.take(bytes);
    void* const other = pool.take(bytes);
    EXPECT_EQ(again, frame);
    EXPECT_NE(other, frame);
    pool.give_back(again, bytes);
    pool.give_back(other, bytes);
  }
}

TEST(FramePool, TakesFramesOfAnySize) {
  FramePool& pool = FramePool::instance();
  void* const large = pool.take(1U << 20);
  pool.give_back(large, 1U << 20);
}

}  // namespace
}  // namespace vqlab::sim

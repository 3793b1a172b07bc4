#include <algorithm>
#include <deque>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/engine/calendar.hpp"
#include "sim/engine/process.hpp"
#include "tests/support/timer.hpp"

namespace vqlab::sim {
namespace {

using testing::ElementsAre;

struct CalendarTest : testing::Test {
  Process note_after(Duration delay, int name) {
    co_await calendar_.sleep(delay);
    notes_.push_back(name);
  }
  void start(Duration delay, int name) { group_.start(note_after(delay, name)); }
  void run_until(Duration time) { EXPECT_EQ(calendar_.run_until(Instant{time}), Instant{time}); }

  Calendar calendar_;
  std::vector<int> notes_;
  ProcessGroup group_{calendar_};
};

// Delays at each edge of slots, bitmap words and the wheel's span.
TEST_F(CalendarTest, RunsAStepAtItsTickAndNotBefore) {
  Instant now{};
  for (const Duration start :
       {0ns, 1ns, 15ns, 16ns, 17ns, 1023ns, 1024ns, TimingWheel::kSpan - 1ns, TimingWheel::kSpan})
    for (const Duration delay :
         {0ns, 1ns, 2ns, 15ns, 16ns, 17ns, 1023ns, 1024ns, 1025ns, TimingWheel::kSpan - 17ns, TimingWheel::kSpan - 1ns,
          TimingWheel::kSpan, TimingWheel::kSpan + 1ns, 10 * TimingWheel::kSpan}) {
      now = calendar_.run_until(now + start);
      notes_.clear();
      group_.start(note_after(delay, 1));
      if (delay > 0ns) {
        calendar_.run_until(now + delay - 1ns);
        EXPECT_TRUE(notes_.empty()) << delay.count();
      }
      now = calendar_.run_until(now + delay);
      EXPECT_THAT(notes_, ElementsAre(1)) << delay.count();
    }
}

TEST_F(CalendarTest, TiesGoInTheOrderOfScheduling) {
  start(5ns, 1);
  start(3ns, 2);
  start(5ns, 3);
  start(3ns, 4);
  run_until(10ns);
  EXPECT_THAT(notes_, ElementsAre(2, 4, 1, 3));
}

TEST_F(CalendarTest, AZeroDelayComesAfterWhatIsReady) {
  group_.start([](CalendarTest& test) -> Process {
    co_await test.calendar_.sleep(4ns);
    test.notes_.push_back(1);
    co_await test.calendar_.sleep(0ns);
    test.notes_.push_back(3);
  }(*this));
  start(4ns, 2);
  run_until(4ns);
  EXPECT_THAT(notes_, ElementsAre(1, 2, 3));
}

TEST_F(CalendarTest, OfTwoForOneTimeTheOneFromTheHeapIsOlder) {
  start(TimingWheel::kSpan + 100ns, 1);
  run_until(200ns);
  start(TimingWheel::kSpan - 100ns, 2);
  run_until(TimingWheel::kSpan + 100ns);
  EXPECT_THAT(notes_, ElementsAre(1, 2));
}

TEST_F(CalendarTest, StepsOfTheHeapAndOfTheWheelInterleave) {
  start(TimingWheel::kSpan + 300ns, 3);
  start(TimingWheel::kSpan + 100ns, 1);
  start(TimingWheel::kSpan + 500ns, 5);
  run_until(1000ns);
  start(TimingWheel::kSpan - 800ns, 2);  // at span + 200
  start(TimingWheel::kSpan - 600ns, 4);  // at span + 400
  run_until(2 * TimingWheel::kSpan);
  EXPECT_THAT(notes_, ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(CalendarTest, WhatIsInsertedAfterALookBeyondTheHorizonRunsInOrder) {
  start(5000ns, 2);
  run_until(1000ns);
  start(1ns, 1);
  run_until(5000ns);
  EXPECT_THAT(notes_, ElementsAre(1, 2));
}

TEST_F(CalendarTest, InterruptLeavesTheRestForLater) {
  const auto interrupt = [](CalendarTest& test) -> Process {
    co_await test.calendar_.sleep(7ns);
    test.notes_.push_back(0);
    test.calendar_.interrupt();
  };
  group_.start(interrupt(*this));
  start(7ns, 1);
  start(8ns, 2);
  EXPECT_EQ(calendar_.run_until(Instant{20ns}), Instant{7ns});
  EXPECT_THAT(notes_, ElementsAre(0));
  EXPECT_EQ(calendar_.now(), Instant{7ns});
  run_until(20ns);
  EXPECT_THAT(notes_, ElementsAre(0, 1, 2));
}

TEST_F(CalendarTest, CancelsWhereverTheStepWaits) {
  // Ready, in the wheel (alone, and beside others), in the heap.
  for (const Duration delay : {0ns, 40ns, 20 * TimingWheel::kSpan}) {
    notes_.clear();
    test::Timer timer(calendar_);
    ProcessGroup group(calendar_);
    group.start([](CalendarTest& test, test::Timer& waited) -> Process {
      co_await waited.wait();
      test.notes_.push_back(9);
    }(*this, timer));
    const Instant now = calendar_.run_until(calendar_.now() + 1ns);
    group.start(note_after(delay, 1));
    timer.set(delay);
    group.start(note_after(delay, 2));
    timer.cancel();
    timer.cancel();  // nothing happens
    calendar_.run_until(now + 40 * TimingWheel::kSpan);
    EXPECT_THAT(notes_, ElementsAre(1, 2)) << delay.count();
    timer.set(3ns);
    calendar_.run_until(now + 50 * TimingWheel::kSpan);
    EXPECT_THAT(notes_, ElementsAre(1, 2, 9)) << delay.count();
  }
}

TEST_F(CalendarTest, CancelsFromTheMiddleOfTheHeap) {
  constexpr int kTimers = 200;
  std::deque<test::Timer> timers;
  ProcessGroup group(calendar_);
  const auto wait = [](CalendarTest& test, test::Timer& timer, int name) -> Process {
    co_await timer.wait();
    test.notes_.push_back(name);
  };
  for (int i = 0; i < kTimers; ++i) group.start(wait(*this, timers.emplace_back(calendar_), i));
  run_until(1ns);
  // 7919 is prime to 200: every delay once, in no order.
  std::vector<std::pair<int, int>> expected;
  for (int i = 0; i < kTimers; ++i)
    timers[static_cast<std::size_t>(i)].set(TimingWheel::kSpan * (1 + i * 7919 % kTimers));
  for (int i = 0; i < kTimers; ++i) {
    if (i % 3 == 0)
      timers[static_cast<std::size_t>(i)].cancel();
    else
      expected.emplace_back(i * 7919 % kTimers, i);
  }
  std::sort(expected.begin(), expected.end());
  run_until(TimingWheel::kSpan * (kTimers + 2));
  std::vector<int> names;
  for (const auto& [delay, name] : expected) names.push_back(name);
  EXPECT_EQ(notes_, names);
}

TEST_F(CalendarTest, CountsItsSteps) {
  start(1ns, 1);
  start(2ns, 2);
  run_until(3ns);
  EXPECT_EQ(calendar_.steps_run(), 4U);  // each process begins and wakes once
}

TEST_F(CalendarTest, RefusesToRunBackwards) {
  run_until(5ns);
  EXPECT_DEATH(calendar_.run_until(Instant{4ns}), "backwards");
}

}  // namespace
}  // namespace vqlab::sim

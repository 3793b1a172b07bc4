#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "sim/engine/cpu.hpp"
#include "sim/engine/process.hpp"

namespace vqlab::sim {
namespace {

using testing::ElementsAre;

struct CpuTest : testing::Test, IdleHooks {
  Duration wake() override {
    notes_.push_back("wake " + time());
    return wake_time_;
  }
  void idle() override { notes_.push_back("idle " + time()); }

  std::string time() const { return std::to_string(calendar_.now().time_since_epoch().count()); }

  // Claims at `at`, works for `steps` steps of 10 ns, and notes the end of each.
  Process work(std::string name, Duration at, std::uint32_t level, int steps) {
    co_await calendar_.sleep(at);
    co_await cpu_.claim(level);
    for (int step = 0; step < steps; ++step) {
      co_await cpu_.spend(10ns);
      notes_.push_back(name + " " + time());
    }
    cpu_.release();
  }

  Calendar calendar_;
  Slowdown slowdown_;
  Duration wake_time_{0};
  std::vector<std::string> notes_;
  PriorityCpu cpu_{calendar_, slowdown_, *this};
  ProcessGroup group_{calendar_};
};

TEST_F(CpuTest, WakesWorksAndIdles) {
  wake_time_ = 7ns;
  group_.start(work("a", 5ns, 2, 2));
  calendar_.run_until(Instant{1us});
  EXPECT_THAT(notes_, ElementsAre("wake 5", "a 22", "a 32", "idle 32"));
  EXPECT_EQ(cpu_.busy_time(), 20ns);
  EXPECT_FALSE(cpu_.busy());
}

TEST_F(CpuTest, ServesLevelsInOrderAndEachLevelFirstInFirstOut) {
  group_.start(work("first", 0ns, 0, 1));
  group_.start(work("process a", 1ns, 3, 1));
  group_.start(work("softirq", 2ns, 2, 1));
  group_.start(work("process b", 3ns, 3, 1));
  group_.start(work("ipi", 4ns, 1, 1));
  group_.start(work("interrupt", 5ns, 0, 1));
  calendar_.run_until(Instant{1us});
  EXPECT_THAT(notes_, ElementsAre("wake 0", "first 10", "interrupt 20", "ipi 30", "softirq 40", "process a 50",
                                  "process b 60", "idle 60"));
}

// The interrupt comes when 4 ns of the second step are over; the other 6 come after it.
TEST_F(CpuTest, AHigherLevelInterruptsAStep) {
  group_.start(work("process", 0ns, 3, 3));
  group_.start(work("interrupt", 14ns, 0, 2));
  calendar_.run_until(Instant{20ns});
  EXPECT_EQ(cpu_.busy_time(), 20ns);
  calendar_.run_until(Instant{1us});
  EXPECT_THAT(notes_, ElementsAre("wake 0", "process 10", "interrupt 24", "interrupt 34", "process 40", "process 50",
                                  "idle 50"));
  EXPECT_EQ(cpu_.busy_time(), 50ns);
}

TEST_F(CpuTest, AStepIsInterruptedAsOftenAsNeedBe) {
  group_.start(work("process", 0ns, 3, 1));
  for (const Duration at : {2ns, 13ns, 25ns}) group_.start(work("interrupt", at, 0, 1));
  calendar_.run_until(Instant{1us});
  // 2 ns of the step, 1 ns, 2 ns, and the last 5.
  EXPECT_THAT(notes_, ElementsAre("wake 0", "interrupt 12", "interrupt 23", "interrupt 35", "process 40", "idle 40"));
}

// Interrupts are off in the contexts of interrupts.
TEST_F(CpuTest, AnIpiIsNotInterrupted) {
  group_.start(work("ipi", 0ns, 1, 1));
  group_.start(work("interrupt", 5ns, 0, 1));
  calendar_.run_until(Instant{1us});
  EXPECT_THAT(notes_, ElementsAre("wake 0", "ipi 10", "interrupt 20", "idle 20"));
}

// What a step has begun with is its own: the machine was idle when it began.
TEST_F(CpuTest, TheRestOfAStepIsNotStretchedAgain) {
  slowdown_.share(3, 2);
  group_.start(work("process", 0ns, 3, 1));
  group_.start(work("interrupt", 5ns, 0, 1));
  calendar_.run_until(Instant{1us});
  EXPECT_THAT(notes_, ElementsAre("wake 0", "interrupt 20", "process 30", "idle 30"));
  EXPECT_EQ(cpu_.busy_time(), 30ns);
}

TEST_F(CpuTest, WhoSpinsInAnInterruptDoesNotWorkForWhatItInterrupted) {
  group_.start(work("process", 0ns, 3, 1));
  group_.start([](CpuTest& test) -> Process {
    co_await test.calendar_.sleep(4ns);
    co_await test.cpu_.claim(0);
    test.cpu_.begin_spinning();
    co_await test.calendar_.sleep(8ns);
    EXPECT_EQ(test.cpu_.busy_time(), 12ns);
    EXPECT_EQ(test.cpu_.end_spinning(), 0ns);
    EXPECT_EQ(test.cpu_.busy_time(), 12ns);
    test.cpu_.release();
  }(*this));
  calendar_.run_until(Instant{8ns});
  EXPECT_EQ(cpu_.busy_time(), 8ns);
  calendar_.run_until(Instant{1us});
  EXPECT_EQ(cpu_.busy_time(), 18ns);
}

TEST_F(CpuTest, TheInterruptedGoesOnBeforeOthersOfItsLevel) {
  group_.start(work("a", 0ns, 3, 2));
  group_.start(work("b", 1ns, 3, 1));
  group_.start(work("interrupt", 5ns, 0, 1));
  calendar_.run_until(Instant{1us});
  EXPECT_THAT(notes_, ElementsAre("wake 0", "interrupt 15", "a 20", "a 30", "b 40", "idle 40"));
}

TEST_F(CpuTest, InterruptsNest) {
  group_.start(work("process", 0ns, 3, 2));
  group_.start(work("softirq", 1ns, 2, 2));
  group_.start(work("interrupt", 15ns, 0, 1));
  calendar_.run_until(Instant{1us});
  // The softirq comes after 1 ns of the process's first step, the interrupt after 4 of the softirq's second.
  EXPECT_THAT(notes_,
              ElementsAre("wake 0", "softirq 11", "interrupt 25", "softirq 31", "process 40", "process 50", "idle 50"));
}

TEST_F(CpuTest, AMaskedContextDoesNotGiveWay) {
  group_.start([](CpuTest& test) -> Process {
    co_await test.cpu_.claim(3);
    test.cpu_.mask(ResourceId::kQueueLock);
    test.cpu_.mask(ResourceId::kQueueLock);
    co_await test.cpu_.spend(10ns);
    test.cpu_.unmask();
    co_await test.cpu_.spend(10ns);
    test.notes_.push_back("masked " + test.time());
    test.cpu_.unmask();
    co_await test.cpu_.spend(10ns);
    test.notes_.push_back("open " + test.time());
    test.cpu_.release();
  }(*this));
  group_.start(work("interrupt", 1ns, 0, 1));
  calendar_.run_until(Instant{1us});
  EXPECT_THAT(notes_, ElementsAre("wake 0", "masked 20", "interrupt 30", "open 40", "idle 40"));
}

TEST_F(CpuTest, ACrowdedMachineStretchesWork) {
  slowdown_.share(3, 2);  // three threads on two CPUs
  group_.start(work("a", 0ns, 0, 2));
  calendar_.run_until(Instant{1us});
  EXPECT_THAT(notes_, ElementsAre("wake 0", "a 15", "a 30", "idle 30"));
  EXPECT_EQ(cpu_.busy_time(), 30ns);
}

TEST_F(CpuTest, NoWorkTakesNoStep) {
  group_.start([](CpuTest& test) -> Process {
    co_await test.cpu_.claim(0);
    for (int i = 0; i < 1'000'000; ++i) co_await test.cpu_.spend(0ns);
    test.cpu_.release();
  }(*this));
  calendar_.run_until(Instant{});
  EXPECT_THAT(notes_, ElementsAre("wake 0", "idle 0"));
}

TEST_F(CpuTest, OnlyAServedContextReleases) { EXPECT_DEATH(cpu_.release(), "only a served context"); }

}  // namespace
}  // namespace vqlab::sim

#include "analysis/runs/worker_pool.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <signal.h>
#include <stdexcept>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "analysis/runs/held_signals.hpp"
#include "analysis/runs/shares_under_way.hpp"

namespace vqlab {
namespace {

using testing::HasSubstr;

struct Result {
  bool interrupted;
  std::map<std::size_t, TaskOutcome> outcomes;
};

Result run(std::size_t tasks, unsigned jobs, const std::function<std::string(std::size_t)>& work) {
  Result result{};
  result.interrupted = run_in_processes(tasks, jobs, work, [&](const TaskOutcome& outcome) {
    EXPECT_TRUE(result.outcomes.emplace(outcome.task, outcome).second);
  });
  return result;
}

TEST(WorkerPool, ReturnsWhatEachTaskReturns) {
  const Result result = run(20, 3, [](std::size_t task) { return "task " + std::to_string(task); });
  EXPECT_FALSE(result.interrupted);
  ASSERT_EQ(result.outcomes.size(), 20u);
  for (const auto& [task, outcome] : result.outcomes) {
    EXPECT_TRUE(outcome.ok) << outcome.error;
    EXPECT_EQ(outcome.payload, "task " + std::to_string(task));
  }
}

TEST(WorkerPool, ShowsTheSharesOfTheTasksThatRun) {
  // Both tasks wait at a quarter until they have been seen there.
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const auto work = [&](std::size_t) {
    report_share(0.25);
    char seen = 0;
    return read(ends[0], &seen, 1) == 1 ? std::string("seen") : std::string();
  };
  bool told = false;
  const auto watch = [&](double under_way) {
    EXPECT_LE(under_way, 0.5);
    if (told || under_way < 0.499) return;
    told = true;
    EXPECT_EQ(write(ends[1], "xx", 2), 2);
  };
  std::vector<double> left;
  EXPECT_FALSE(run_in_processes(
      2, 2, work,
      [&](const TaskOutcome& outcome) {
        EXPECT_EQ(outcome.payload, "seen") << outcome.error;
        left.push_back(outcome.under_way);
      },
      watch));
  EXPECT_TRUE(told);
  ASSERT_EQ(left.size(), 2u);
  EXPECT_NEAR(left[0], 0.25, 1e-6) << "the other one runs still";
  EXPECT_EQ(left[1], 0);
}

TEST(SharesUnderWay, TheEndOfATaskLeavesTheNextOneAtItsPlaceAlone) {
  SharesUnderWay shares(2);
  shares.report(0, 5, 1);
  shares.report(1, 6, 0.5);
  shares.report(0, 7, 0.125);  // before the end of 5 was heard of
  EXPECT_NEAR(shares.sum(), 0.625, 1e-6);
  shares.end(5);
  EXPECT_NEAR(shares.sum(), 0.625, 1e-6);
  shares.end(6);
  EXPECT_NEAR(shares.sum(), 0.125, 1e-6);
}

TEST(WorkerPool, KnowsTheCpuTimeOfEachTask) {
  const Result result = run(2, 1, [](std::size_t task) {
    while (task == 0 && std::clock() < CLOCKS_PER_SEC / 20) {
    }
    return std::string();
  });
  EXPECT_GE(result.outcomes.at(0).cpu_s, 0.05);
  EXPECT_LT(result.outcomes.at(1).cpu_s, result.outcomes.at(0).cpu_s);
}

TEST(WorkerPool, RunsEachTaskInAProcessOfItsOwn) {
  static int counter = 0;
  const Result result = run(3, 1, [](std::size_t) { return std::to_string(++counter); });
  for (const auto& [task, outcome] : result.outcomes) EXPECT_EQ(outcome.payload, "1");
  EXPECT_EQ(counter, 0);
}

TEST(WorkerPool, CarriesMoreThanAPipeHolds) {
  const Result result = run(2, 2, [](std::size_t) { return std::string(1 << 20, 'x'); });
  for (const auto& [task, outcome] : result.outcomes) EXPECT_EQ(outcome.payload.size(), std::size_t{1} << 20);
}

TEST(WorkerPool, AFailedTaskLeavesTheOthersAlone) {
  const Result result = run(4, 2, [](std::size_t task) -> std::string {
    if (task == 0) throw std::runtime_error("it went wrong");
    if (task == 1) {
      std::fputs("a last word\n", stderr);
      std::abort();
    }
    if (task == 2) _exit(7);
    return "fine";
  });
  ASSERT_EQ(result.outcomes.size(), 4u);
  EXPECT_THAT(result.outcomes.at(0).error, HasSubstr("it went wrong"));
  EXPECT_THAT(result.outcomes.at(1).error, HasSubstr("Aborted"));
  EXPECT_THAT(result.outcomes.at(1).error, HasSubstr("a last word"));
  EXPECT_EQ(result.outcomes.at(2).error, "exit status 7");
  EXPECT_TRUE(result.outcomes.at(3).ok);
}

TEST(WorkerPool, AnInterruptKillsWhatRunsAndKeepsWhatIsFinished) {
  const pid_t parent = getpid();
  const Result result = run(5, 2, [parent](std::size_t task) -> std::string {
    if (task == 0) return "early";
    if (task == 1) {
      usleep(100000);  // task 0 is over by then
      kill(parent, SIGINT);
    }
    for (;;) pause();
  });
  EXPECT_TRUE(result.interrupted);
  ASSERT_EQ(result.outcomes.size(), 1u);
  EXPECT_EQ(result.outcomes.at(0).payload, "early");
}

// Two pipes for each child do not fit a thousand times, nor even ten times.
// Before tasks run, while they do, and while what they gave is written.
TEST(WorkerPool, HearsAnInterruptThatIsHeldAndNobodyElseDoes) {
  const auto wait = [](std::size_t) -> std::string {
    for (;;) pause();
  };
  const auto none = [](const TaskOutcome&) {};
  {
    const HeldSignals held;
    raise(SIGINT);
    EXPECT_TRUE(held.came());
    EXPECT_TRUE(run_in_processes(1, 1, wait, none));
    EXPECT_FALSE(held.came());
    const pid_t parent = getpid();
    EXPECT_TRUE(run_in_processes(
        1, 1,
        [&](std::size_t task) {
          kill(parent, SIGTERM);
          return wait(task);
        },
        none));
    EXPECT_FALSE(run_in_processes(
        1, 1, [](std::size_t) { return std::string("done"); }, none));
    raise(SIGTERM);
    EXPECT_TRUE(held.came());
  }
  EXPECT_FALSE(HeldSignals().came());  // and this process lives
}

TEST(WorkerPool, RunsAsManyAtOnceAsThereAreDescriptors) {
  const rlimit few{20, 20};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const Result result = run(50, 1000, [](std::size_t) {
    usleep(1000);
    return "fine";
  });
  ASSERT_EQ(result.outcomes.size(), 50u);
  for (const auto& [task, outcome] : result.outcomes) EXPECT_TRUE(outcome.ok) << outcome.error;
}

TEST(WorkerPool, WithoutADescriptorItSaysSo) {
#if defined(__clang__)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "the sanitizers look at an object through a descriptor of their own";
#endif
#endif
  const rlimit none{4, 4};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  EXPECT_THROW((void)run(1, 1, [](std::size_t) { return ""; }), std::system_error);
}

TEST(WorkerPool, WhereTheProcessThatForksIsKilledItSaysSo) {
  std::size_t finished = 0;
  const auto work = [](std::size_t task) -> std::string {
    if (task == 0) return "fine";
    kill(getppid(), SIGKILL);
    for (;;) pause();
  };
  EXPECT_THROW((void)run_in_processes(3, 1, work, [&](const TaskOutcome&) { ++finished; }), std::runtime_error);
  EXPECT_EQ(finished, 1u);
}

TEST(WorkerPool, WhatTellsOfAnOutcomeMayFail) {
  const auto full = [](const TaskOutcome&) { throw std::runtime_error("the disk is full"); };
  EXPECT_THROW((void)run_in_processes(
                   200, 2, [](std::size_t) { return std::string(100000, 'x'); }, full),
               std::runtime_error);
}

TEST(WorkerPool, NoTasksNoOutcomes) {
  const Result result = run(0, 0, [](std::size_t) { return ""; });
  EXPECT_FALSE(result.interrupted);
  EXPECT_TRUE(result.outcomes.empty());
}

}  // namespace
}  // namespace vqlab

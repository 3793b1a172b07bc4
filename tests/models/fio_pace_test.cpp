#include "models/workload/fio_pace.hpp"

#include <gtest/gtest.h>

namespace vqlab {
namespace {

Duration stall(FioPace& pace, Instant now) {
  const FioPace::Stall stall = pace.stall(now);
  return stall.spins + stall.sleeps;
}

TEST(FioPace, AnOrdinaryJobIsNeverHeldBack) { EXPECT_FALSE(FioPace(FioJob{}, 1, 0).paced()); }

// In a stretch of time, as fio: 50 a second are due at 0, 20 ms, 40 ms ...
TEST(FioPace, AJobMayBeginAtOnce) {
  FioJob job;
  job.rate_iops = 50;
  FioPace within(job, 1, 0);
  EXPECT_FALSE(within.may_issue(Instant{}));
  FioPace pace(job, 1, 0, FioPace::Begin::kAtOnce);
  pace.begin(Instant{7ms});
  EXPECT_TRUE(pace.may_issue(Instant{7ms}));
  pace.issued(4096);
  EXPECT_FALSE(pace.may_issue(Instant{26ms}));
  EXPECT_TRUE(pace.may_issue(Instant{27ms}));
}

TEST(FioPace, AJobThinksAfterEachBurst) {
  FioJob job;
  job.thinktime_us = 250;
  job.thinktime_blocks = 3;
  FioPace pace(job, 1, 0);
  EXPECT_TRUE(pace.paced());
  const Instant begin = Instant{} + stall(pace, Instant{});
  EXPECT_LT(begin, Instant{250us});
  EXPECT_FALSE(pace.may_issue(begin - 1ns));
  for (int burst = 0; burst < 2; ++burst) {
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(pace.may_issue(begin));
      pace.issued(4096);
    }
    EXPECT_FALSE(pace.may_issue(Instant{3600s}));
    EXPECT_EQ(stall(pace, Instant{3600s}), 250us);
  }
}

TEST(FioPace, AThoughtMaySpinAtFirst) {
  FioJob job;
  job.thinktime_us = 250;
  job.thinktime_spin_us = 100;
  FioPace pace(job, 1, 0);
  EXPECT_EQ(pace.stall(Instant{}).spins, 0us);  // to begin
  pace.issued(4096);
  const FioPace::Stall thought = pace.stall(Instant{1s});
  EXPECT_EQ(thought.spins, 100us);
  EXPECT_EQ(thought.sleeps, 150us);
}

// Two that are in flight when the third comes back belong to the burst, too.
TEST(FioPace, ABurstMayBeCountedWhenItsRequestsComeBack) {
  FioJob job;
  job.thinktime_us = 250;
  job.thinktime_blocks = 3;
  job.thinktime_blocks_type = "complete";
  FioPace pace(job, 1, 0);
  const Instant begin = Instant{} + stall(pace, Instant{});
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(pace.may_issue(begin));
    pace.issued(4096);
  }
  pace.completed(2);
  EXPECT_TRUE(pace.may_issue(begin));
  pace.issued(4096);
  pace.completed(1);
  EXPECT_FALSE(pace.may_issue(begin + 1s));
  pace.completed(2);
  EXPECT_EQ(stall(pace, begin), 250us);
  EXPECT_TRUE(pace.may_issue(begin + 250us));
}

TEST(FioPace, ABurstMayLastForATime) {
  FioJob job;
  job.thinktime_us = 250;
  job.thinktime_iotime = "1ms";
  FioPace pace(job, 1, 0);
  pace.begin(Instant{5ms});
  const Instant begin = Instant{5ms} + stall(pace, Instant{5ms});
  EXPECT_GE(begin, Instant{5ms});
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(pace.may_issue(begin + i * 10us));
    pace.issued(4096);
  }
  EXPECT_FALSE(pace.may_issue(begin + 1ms));
  EXPECT_EQ(stall(pace, begin + 1100us), 250us);
  EXPECT_TRUE(pace.may_issue(begin + 1350us));
  EXPECT_TRUE(pace.may_issue(begin + 2349us));
  EXPECT_FALSE(pace.may_issue(begin + 2350us));
}

TEST(FioPace, ATraceSaysWhenTheNextRequestIsDue) {
  FioJob job;
  job.read_iolog = "a";
  FioPace pace(job, 1, 0);
  EXPECT_TRUE(pace.paced());
  EXPECT_TRUE(pace.may_issue(Instant{}));  // no time at random before the first one
  pace.allow_at(Instant{70us});
  EXPECT_FALSE(pace.may_issue(Instant{69us}));
  EXPECT_EQ(stall(pace, Instant{30us}), 40us);
  EXPECT_TRUE(pace.may_issue(Instant{70us}));
  job.replay_no_stall = 1;
  EXPECT_FALSE(FioPace(job, 1, 0).paced());
}

TEST(FioPace, ALimitedJobHasATimeForEachRequestAndCatchesUp) {
  FioJob job;
  job.rate_iops = 1000;
  FioPace pace(job, 1, 0);
  const Instant begin = Instant{} + stall(pace, Instant{});
  EXPECT_LT(begin, Instant{1ms});
  pace.issued(4096);
  EXPECT_FALSE(pace.may_issue(begin + 999us));
  EXPECT_EQ(stall(pace, begin + 400us), 600us);
  // At 5 ms those of 1, 2, 3, 4 and 5 ms may go.
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(pace.may_issue(begin + 5ms));
    pace.issued(4096);
  }
  EXPECT_FALSE(pace.may_issue(begin + 5ms));
}

// 4 KiB at 4,096,000 bytes/s take 1 ms.
TEST(FioPace, ARateInBytesGivesEachRequestTheTimeOfItsBytes) {
  FioJob job;
  job.rate = "4096000";
  FioPace pace(job, 1, 0);
  const Instant begin = Instant{} + stall(pace, Instant{});
  pace.issued(4096);
  EXPECT_EQ(stall(pace, begin), 1ms);
  pace.issued(65536);
  EXPECT_EQ(stall(pace, begin), 17ms);
}

TEST(FioPace, AThoughtIsNotCutShortByTheRate) {
  FioJob job;
  job.rate_iops = 1000;
  job.thinktime_us = 300;
  job.thinktime_blocks = 2;
  FioPace pace(job, 1, 0);
  const Instant begin = Instant{} + stall(pace, Instant{});
  pace.issued(4096);
  EXPECT_EQ(stall(pace, begin), 1ms);  // for the rate, in the middle of a burst
  EXPECT_TRUE(pace.may_issue(begin + 1ms));
  pace.issued(4096);
  EXPECT_EQ(stall(pace, begin + 1900us), 300us);  // to think, though the rate would have allowed one after 100 us
}

TEST(FioPace, PoissonArrivalsHaveTheRateAndItsSpread) {
  FioJob job;
  job.rate_iops = 1;  // the longest gaps
  job.rate_process = "poisson";
  FioPace pace(job, 1, 0);
  constexpr int kGaps = 4000;
  double squares = 0;
  const Duration begin = stall(pace, Instant{});
  Duration total = begin;
  for (int i = 0; i < kGaps; ++i) {
    pace.issued(4096);
    const Duration gap = stall(pace, Instant{} + total);
    total += gap;
    squares += seconds(gap) * seconds(gap);
  }
  // Mean 1 s and mean square 2 s^2; their standard deviations are 1 / sqrt(4000) and sqrt(20 / 4000), four of them.
  EXPECT_NEAR(seconds(total - begin) / kGaps, 1.0, 0.063);
  EXPECT_NEAR(squares / kGaps, 2.0, 0.28);
}

}  // namespace
}  // namespace vqlab

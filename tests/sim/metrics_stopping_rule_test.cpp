#include <cmath>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

#include "sim/metrics/estimates.hpp"
#include "sim/metrics/stopping_rule.hpp"
#include "tests/sim/metrics_processes.hpp"

namespace vqlab {
namespace {

using test::batch_of;

struct Outcome {
  StopDecision decision;
  Duration length;
  Estimate rate;
};

// A run whose counter has mean 100 and standard deviation `deviation` in each ms.
Outcome simulate(StoppingLimits limits, std::uint64_t seed, double phi, double deviation) {
  test::Ar1 process(seed, phi);
  BatchSeries series(1ms);
  StoppingRule rule(limits, 0);
  StopDecision decision = StopDecision::kContinue;
  while (decision == StopDecision::kContinue) {
    Batch batch = batch_of(series.batch_length(), {0});
    for (Duration part{0}; part < batch.length; part += 1ms) batch.counters[0] += 100 + deviation * process.next();
    series.add(std::move(batch));
    decision = rule.decide(series);
  }
  return {decision, series.length(), Estimates(series, 0).rate(0)};
}

TEST(StoppingRule, StopsWhenTheIntervalIsNarrowEnough) {
  // Standard deviation 10 % and half-width 1 %: n = (1.96 * 10)^2 = 384 values, independent ones.
  const Outcome result = simulate({.half_width_percent = 1}, 1, 0, 10);
  EXPECT_EQ(result.decision, StopDecision::kPrecise);
  EXPECT_LE(result.rate.relative_half_width(), 0.01);
  EXPECT_GE(result.length, 192ms);
  EXPECT_LE(result.length, 768ms);
}

TEST(StoppingRule, GivesUpAtTheLongestRun) {
  const Outcome result = simulate({.half_width_percent = 0.1, .max_simulated_s = 0.1}, 1, 0, 10);
  EXPECT_EQ(result.decision, StopDecision::kGaveUp);
  EXPECT_GE(result.length, 100ms);
  EXPECT_LE(result.length, 102ms);
}

TEST(StoppingRule, RunsForTheShortestRunAndTheFewestBatches) {
  EXPECT_EQ(simulate({.min_simulated_s = 0.05}, 1, 0, 0.1).length, 50ms);
  EXPECT_GE(simulate({.min_batches = 20}, 1, 0, 0.1).length, 20ms);
  // Batches that look correlated by luck, one series in twenty, and a warm-up found where none is, cost some more.
  int short_runs = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    short_runs += simulate({.min_batches = 20}, seed, 0, 0.1).length <= 30ms ? 1 : 0;
  EXPECT_GE(short_runs, 12);
}

TEST(StoppingRule, SaysWhichShareOfTheRunIsOver) {
  // The longest run is needed until the run is seen to have settled, and where nothing else ends it.
  const auto shares = [](StoppingLimits limits, double deviation) {
    test::Ar1 process(1, 0);
    BatchSeries series(1ms);
    StoppingRule rule(limits, 0);
    std::vector<std::pair<Duration, double>> seen;
    for (StopDecision decision = StopDecision::kContinue; decision == StopDecision::kContinue;) {
      Batch batch = batch_of(series.batch_length(), {0});
      for (Duration part{0}; part < batch.length; part += 1ms) batch.counters[0] += 100 + deviation * process.next();
      series.add(std::move(batch));
      decision = rule.decide(series);
      seen.emplace_back(series.length(), rule.share_done(series));
    }
    return seen;
  };
  const auto fixed = shares({.min_simulated_s = 0.1, .max_simulated_s = 0.1}, 10);
  for (const auto& [length, share] : fixed) EXPECT_NEAR(share, std::min(1.0, seconds(length) / 0.1), 1e-12);
  EXPECT_EQ(fixed.back().second, 1);

  // What the interval asks for: at half of what was needed in the end, about half of it is known to be over.
  const auto by_interval = shares({.half_width_percent = 0.5}, 10);
  const double end_s = seconds(by_interval.back().first);
  ASSERT_LT(end_s, 10) << "of the longest run it is little";
  for (const auto& [length, share] : by_interval) {
    if (seconds(length) < 0.4 * end_s || seconds(length) > 0.6 * end_s) continue;
    EXPECT_GT(share, 0.25);
    EXPECT_LT(share, 0.9);
  }
}

TEST(StoppingRule, AsksForEventsNotForEqualBatches) {
  // 100 events in each batch, all alike: 1000 of them are there after 10 batches, but 20 batches are wanted; 3000
  // after 30.
  // It looks again when the run has grown by a tenth, so that it may be that much late.
  EXPECT_GE(simulate({.min_count = 1000}, 1, 0, 0).length, 20ms);
  EXPECT_LE(simulate({.min_count = 1000}, 1, 0, 0).length, 22ms);
  EXPECT_GE(simulate({.min_count = 3000}, 1, 0, 0).length, 30ms);
  EXPECT_LE(simulate({.min_count = 3000}, 1, 0, 0).length, 33ms);
}

TEST(StoppingRule, NothingAtAllIsNotPrecise) {
  BatchSeries series(1ms);
  StoppingRule rule({.max_simulated_s = 0.05, .min_count = 1}, 0);
  StopDecision decision = StopDecision::kContinue;
  while (decision == StopDecision::kContinue) {
    series.add(batch_of(series.batch_length(), {0}));
    decision = rule.decide(series);
  }
  EXPECT_EQ(decision, StopDecision::kGaveUp);
}

TEST(StoppingRule, LooksAgainOnlyWhenTheRunHasGrownByATenth) {
  // Looks at 21 ms, one batch too early, and then not before 1.1 * 21 = 23.1 ms: after 24 batches.
  EXPECT_EQ(simulate({.min_simulated_s = 0.021, .min_batches = 22}, 1, 0, 0).length, 24ms);
}

// How many of 2000 intervals hold the truth, at 95 %: 1900 +- 10. Between 93 and 97 % is what is promised.
void expect_coverage(int hits, const char* what) {
  EXPECT_GE(hits, 1860) << what;
  EXPECT_LE(hits, 1940) << what;
}

TEST(StoppingRule, SlowLeavesIntervalsThatHoldWhatTheyPromise) {
  int hits = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Outcome result = simulate({.half_width_percent = 1, .min_simulated_s = 0.2}, seed, 0.5, 6);
    hits += std::fabs(result.rate.value - 100'000) <= result.rate.half_width;
  }
  expect_coverage(hits, "mean of a correlated process");
}

// As a point is measured, with a transient at the start: the queue is empty.
TEST(StoppingRule, SlowLeavesIntervalsOfThroughputAndP99ThatHoldWhatTheyPromise) {
  const double throughput = test::ClosedQueue::throughput_per_s();
  const double p99 = test::ClosedQueue::response_quantile_ns(0.99);
  int throughput_hits = 0;
  int p99_hits = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    test::ClosedQueue queue(seed);
    BatchSeries series(1ms);
    StoppingRule rule({.half_width_percent = 2, .min_count = 12'000}, 0);
    do series.add(queue.next(series.batch_length()));
    while (rule.decide(series) == StopDecision::kContinue);
    const Estimates estimates(series, 0);
    const Estimate rate = estimates.rate(0);
    const Estimate quantile = estimates.latency_quantile_ns(0.99);
    throughput_hits += std::fabs(rate.value - throughput) <= rate.half_width;
    p99_hits += std::fabs(quantile.value - p99) <= quantile.half_width;
  }
  expect_coverage(throughput_hits, "throughput");
  expect_coverage(p99_hits, "p99");
}

}  // namespace
}  // namespace vqlab

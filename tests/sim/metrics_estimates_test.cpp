#include <cmath>
#include <gtest/gtest.h>

#include "sim/metrics/estimates.hpp"
#include "tests/sim/metrics_processes.hpp"

namespace vqlab {
namespace {

using test::batch_of;

// Batches of 1 ms with these counters, none of them warm-up by the leading counter 0.
BatchSeries series_of(const std::vector<std::vector<double>>& counters) {
  BatchSeries series(1ms);
  for (const std::vector<double>& row : counters) series.add(batch_of(1ms, row));
  return series;
}

TEST(Estimates, RateIsPerSecondOfSimulatedTime) {
  // 10, 12, 8, 10 in 1 ms each: 10 000 per second. Neighbours: distances 0 2 -2 0, r = -0.5, no inflation.
  // s^2 = 8 / 3 per ms^2, t(3) = 3.182446: half-width 3.182446 * sqrt(8 / 3 / 4) = 2.598456 per ms.
  const BatchSeries series = series_of({{10}, {12}, {8}, {10}});
  const Estimate rate = Estimates(series, 0).rate(0);
  EXPECT_DOUBLE_EQ(rate.value, 10'000);
  EXPECT_NEAR(rate.half_width, 2598.456, 1e-3);
}

TEST(Estimates, TheHighestRateIsTheFirstOfTheHighest) {
  // Sums after no warm-up: 4, 6, 9, 9.
  const BatchSeries series = series_of({{1, 3, 2, 4}, {2, 1, 3, 4}, {1, 2, 4, 1}});
  const Estimates estimates(series, 0);
  EXPECT_EQ(estimates.highest_rate(0, 4), 2u);
  EXPECT_EQ(estimates.highest_rate(0, 2), 1u);
  EXPECT_EQ(estimates.highest_rate(3, 4), 3u);
  EXPECT_EQ(estimates.highest_rate(3, 3), 3u);
  const BatchSeries empty(1ms);
  EXPECT_EQ(Estimates(empty, 0).highest_rate(1, 3), 1u);
}

TEST(Estimates, RatioByHand) {
  // Sums 12 / 6 = 2. Residuals a - 2 b: 1 - 2 = -1, 5 - 4 = 1, 2 - 2 = 0, 4 - 4 = 0; mean of b 1.5.
  // Squares of residuals / 1.5: 2 / 2.25 = 0.8889; s^2 = 0.8889 / 3; r = -1 / 2, no inflation.
  // Half-width t(3) * sqrt(0.8889 / 3 / 4) = 3.182446 * 0.272166 = 0.866153.
  const BatchSeries series = series_of({{7, 1, 1}, {7, 5, 2}, {7, 2, 1}, {7, 4, 2}});
  const Estimate ratio = Estimates(series, 0).ratio(1, 2);
  EXPECT_DOUBLE_EQ(ratio.value, 2);
  EXPECT_NEAR(ratio.half_width, 0.866153, 1e-6);
}

TEST(Estimates, OfNothing) {
  const BatchSeries empty(1ms);
  EXPECT_TRUE(std::isnan(Estimates(empty, 0).rate(0).value));
  const BatchSeries idle = series_of({{1, 0}, {1, 0}, {1, 0}});
  EXPECT_TRUE(std::isnan(Estimates(idle, 0).ratio(0, 1).value));
  EXPECT_TRUE(std::isnan(Estimates(idle, 0).mean_latency_ns().value));
  EXPECT_TRUE(std::isnan(Estimates(idle, 0).latency_quantile_ns(0.5).value));
  EXPECT_EQ(Estimates(idle, 0).rate(1).value, 0);
  EXPECT_EQ(Estimates(idle, 0).rate(1).half_width, 0);
}

TEST(Estimates, LeaveOutTheWarmUpOfTheLeadingCounter) {
  BatchSeries series(1ms);
  for (int i = 0; i < 40; ++i) {
    Batch batch = batch_of(1ms, {i < 8 ? 10.0 * i : 100.0, i < 8 ? 7.0 : 1.0});
    batch.latency.add(i < 8 ? 9us : 100ns);
    series.add(batch);
  }
  const Estimates estimates(series, 0);
  EXPECT_EQ(estimates.warm_up().batches, 8u);
  EXPECT_EQ(estimates.batches(), 32u);
  EXPECT_TRUE(estimates.settled());
  EXPECT_DOUBLE_EQ(estimates.rate(0).value, 100'000);
  EXPECT_DOUBLE_EQ(estimates.ratio(1, 0).value, 0.01);
  EXPECT_DOUBLE_EQ(estimates.mean_latency_ns().value, 100);
  EXPECT_DOUBLE_EQ(estimates.latency_quantile_ns(0.99).value, 100);
}

TEST(Estimates, AreNotSettledWhileBatchesAreCorrelated) {
  test::Ar1 slow(1, 0.9);
  BatchSeries series(1ms);
  for (int i = 0; i < 60; ++i) series.add(batch_of(1ms, {100 + slow.next()}));
  EXPECT_FALSE(Estimates(series, 0).settled());
}

// How often the interval of each estimator holds the truth, over 400 runs.
struct Coverage {
  int rate = 0;
  int ratio = 0;
  int median = 0;
  int p99 = 0;
};

TEST(Estimates, IntervalsHoldTheTruthInNineteenOfTwentyRuns) {
  Coverage hits;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    // Per batch of 1 ms about 100 I/Os of 1 to 65536 ns, uniform: median 32768.5, 99 % below 64881 ns. Counter 1 adds
    // up what would be pages: 2 for each I/O on average, in step with their number.
    test::Ar1 load(seed, 0.3);
    RandomStream random(seed, "latency");
    BatchSeries series(1ms);
    for (int i = 0; i < 150; ++i) {
      Batch batch = batch_of(series.batch_length(), {0, 0});
      for (Duration part{0}; part < batch.length; part += 1ms) {
        const double ios = std::floor(100 + 10 * load.next() + 0.5);
        batch.counters[0] += ios;
        batch.counters[1] += 2 * ios + test::noise(random);
        for (int io = 0; io < static_cast<int>(ios); ++io) batch.latency.add(Duration(random.next16() + 1));
      }
      series.add(batch);
    }
    const Estimates estimates(series, 0);
    const auto holds = [](Estimate estimate, double truth) {
      return std::fabs(estimate.value - truth) <= estimate.half_width;
    };
    hits.rate += holds(estimates.rate(0), 100'000);
    hits.ratio += holds(estimates.ratio(1, 0), 2);
    hits.median += holds(estimates.latency_quantile_ns(0.5), 32768.5);
    hits.p99 += holds(estimates.latency_quantile_ns(0.99), 64881);
  }
  for (const int count : {hits.rate, hits.ratio, hits.median, hits.p99}) {
    EXPECT_GE(count, 360);  // 90 %
    EXPECT_LE(count, 392);  // 98 %
  }
}

TEST(Estimates, QuantileBeyondTheSamplesHasNoInterval) {
  // 4 batches of 5 samples: 99.9 % of 20 lies in the last sample, whose share varies by more than 0.1 %.
  RandomStream random(1, "latency");
  BatchSeries series(1ms);
  for (int i = 0; i < 4; ++i) {
    Batch batch = batch_of(1ms, {5});
    for (int io = 0; io < 5; ++io) batch.latency.add(Duration(random.next16()));
    series.add(batch);
  }
  EXPECT_TRUE(std::isnan(Estimates(series, 0).latency_quantile_ns(0.999).half_width));
  EXPECT_FALSE(std::isnan(Estimates(series, 0).latency_quantile_ns(0.999).value));
}

}  // namespace
}  // namespace vqlab

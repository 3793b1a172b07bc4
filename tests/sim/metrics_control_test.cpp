// Rates with a control variate, on series whose truth is known.
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "sim/metrics/estimates.hpp"
#include "sim/metrics/interval.hpp"
#include "tests/sim/metrics_processes.hpp"

namespace vqlab {
namespace {

using test::batch_of;

// Counter 0 has mean 100 in each ms and counter 1 mean 0. Of the variance of the first, 100, the second explains
// `explained`.
BatchSeries series(std::uint64_t seed, double explained, std::size_t batches = 100) {
  test::Ar1 own(2 * seed, 0);
  test::Ar1 control(2 * seed + 1, 0);
  BatchSeries series(1ms);
  for (std::size_t i = 0; i < batches; ++i) {
    const double of_control = 10 * control.next();
    const double rest = 10 * own.next();
    series.add(
        batch_of(1ms, {100 - std::sqrt(explained) * of_control + std::sqrt(1 - explained) * rest, 3 * of_control}));
  }
  return series;
}

TEST(Control, WhatItExplainsIsTakenOff) {
  // 96 % of the variance: what is left is 0.04, a fifth of the deviation.
  int hits = 0;
  double plain = 0;
  double with = 0;
  constexpr int kRuns = 400;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    const BatchSeries one = series(seed, 0.96);
    const Estimates estimates(one, 0);
    const Estimate rate = estimates.rate(0, 1);
    hits += std::fabs(rate.value - 100'000) <= rate.half_width;
    plain += std::pow(estimates.rate(0).value - 100'000, 2);
    with += std::pow(rate.value - 100'000, 2);
  }
  // 0.04, and the slope, fitted to some 24 waves, costs 1 / 24 of it. Each sum of squares is known within
  // sqrt(2 / 400) = 7 % of itself.
  EXPECT_NEAR(with / plain, 0.042, 4 * 0.1 * 0.042);
  EXPECT_NEAR(hits, 0.95 * kRuns, 4 * std::sqrt(0.95 * 0.05 * kRuns));
}

TEST(Control, IsLeftAloneWhereItExplainsLittle) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const BatchSeries one = series(seed, 0.05);
    const Estimates estimates(one, 0);
    EXPECT_EQ(estimates.rate(0, 1).value, estimates.rate(0).value) << seed;
    EXPECT_EQ(estimates.rate(0, 1).half_width, estimates.rate(0).half_width) << seed;
  }
}

TEST(Control, ThatNeverMovesIsNone) {
  BatchSeries one(1ms);
  for (int i = 0; i < 60; ++i) one.add(batch_of(1ms, {100.0 + i % 3, 0}));
  const Estimates estimates(one, 0);
  EXPECT_EQ(estimates.rate(0, 1).value, estimates.rate(0).value);
  EXPECT_EQ(slow_regression({1, 2, 3}, {1, 2, 3}).waves, 0u) << "too few values";
}

TEST(Control, SlopeIsThatOfSlowWaves) {
  // Slow: values = -2 * control. Of all together it would be -1. What alternates from one to the next moves the other
  // way and does not count.
  std::vector<double> values;
  std::vector<double> control;
  for (int i = 0; i < 64; ++i) {
    const double slow = std::sin(0.1 * i);
    const double fast = i % 2 == 0 ? 1 : -1;
    values.push_back(-2 * slow + 0.5 * fast);
    control.push_back(slow + 0.5 * fast);
  }
  const SlowRegression found = slow_regression(values, control);
  EXPECT_EQ(found.waves, 16u);
  EXPECT_NEAR(found.slope, -2, 0.05);
  EXPECT_GT(found.explained, 0.98);
}

}  // namespace
}  // namespace vqlab

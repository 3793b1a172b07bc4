#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <vector>

#include "sim/metrics/settling.hpp"
#include "tests/sim/metrics_processes.hpp"

namespace vqlab {
namespace {

constexpr int kPoints = 400;
constexpr int kBatches = 64;
constexpr int kRun = kBatches;  // ms
constexpr int kLongRun = 10 * kRun;

using MsProcess = std::function<double()>;  // what each ms brings

Estimate mean_of(const MsProcess& process, int length) {
  std::vector<double> batches;
  double sum = 0;
  while (batches.size() < kBatches) {
    double batch = 0;
    for (int ms = 0; ms < length / kBatches; ++ms) batch += process();
    batches.push_back(batch * kBatches / length);
    sum += batches.back();
  }
  return {sum / kBatches, half_width_of_mean(batches)};
}

// In how many of 100 points of `runs` runs and a longer one something is found.
double found_percent(int runs, const std::function<MsProcess(std::uint64_t seed)>& make) {
  int found = 0;
  for (std::uint64_t point = 0; point < kPoints; ++point) {
    std::vector<Estimate> estimates;
    for (int run = 0; run < runs; ++run)
      estimates.push_back(mean_of(make(100 * point + static_cast<std::uint64_t>(run)), kRun));
    const Estimate longer = mean_of(make(100 * point + 99), kLongRun);
    found += runs_agree(estimates) && agrees_with_longer(estimates, longer) ? 0 : 1;
  }
  return 100.0 * found / kPoints;
}

// Noise of 10 % in each ms, with correlated neighbours; over a run it becomes 1.25 %.
std::function<MsProcess(std::uint64_t)> noisy(double correlation) {
  return [correlation](std::uint64_t seed) {
    return [noise = test::Ar1(seed, correlation)]() mutable { return 100 + 10 * noise.next(); };
  };
}

// The same, and below it something slow that deviates by `percent` and is remembered for `memory_ms`. It begins as it
// goes on, or 12 % too high in all runs alike, as testbeds all begin with nothing in flight.
enum class Start { kAny, kHigh };
std::function<MsProcess(std::uint64_t)> drifting(double memory_ms, double percent, Start start) {
  return [phi = 1 - 1 / memory_ms, percent, start](std::uint64_t seed) {
    test::Ar1 walk(seed + 1'000'000, 0);
    const double begin = start == Start::kHigh ? 12 : percent * walk.next();
    return [noise = test::Ar1(seed, 0), walk, phi, percent, x = begin]() mutable {
      x = phi * x + percent * std::sqrt(1 - phi * phi) * walk.next();
      return 100 + x + 10 * noise.next();
    };
  };
}

// Two states, 15 % apart, with hardly any noise. A run begins in the bad one with probability 15 %, and leaves it, for
// ever, after 200 ms on average.
std::function<MsProcess(std::uint64_t)> two_states() {
  return [](std::uint64_t seed) {
    RandomStream random(seed, "states");
    const bool begins_bad = random.next16() < 0.15 * 65536;
    return [noise = test::Ar1(seed, 0), random, bad = begins_bad]() mutable {
      if (bad && random.next16() < 65536 / 200) bad = false;
      return (bad ? 85 : 100) + noise.next();
    };
  };
}

TEST(Settling, FindsNothingInRunsThatHaveSettled) {
  for (const int runs : {1, 3, 10}) {
    EXPECT_LE(found_percent(runs, noisy(0)), 1) << runs;
    EXPECT_LE(found_percent(runs, noisy(0.5)), 2) << runs;
  }
}

// Seeds that begin in different states disagree. Those that begin alike, and far from where they go, only the longer
// run tells apart, and its own beginning makes its interval wider.
TEST(Settling, FindsWhatIsRememberedForLongerThanARun) {
  EXPECT_GE(found_percent(10, drifting(10 * kRun, 5, Start::kAny)), 95);
  EXPECT_GE(found_percent(3, drifting(10 * kRun, 5, Start::kAny)), 60);
  EXPECT_GE(found_percent(3, drifting(2 * kRun, 2, Start::kHigh)), 63);
  EXPECT_GE(found_percent(1, drifting(2 * kRun, 2, Start::kHigh)), 55);
}

// 1 - 0.85^3 = 39 % of points have a run that begins in the bad state. A run that leaves it half way hides it, with its
// wide interval. Of a single run that is in it, 15 %, only the longer one knows.
TEST(Settling, FindsTwoStates) {
  EXPECT_NEAR(found_percent(3, two_states()), 31, 6);
  EXPECT_NEAR(found_percent(1, two_states()), 15, 5);
  EXPECT_GE(found_percent(40, two_states()), 99);
}

TEST(Settling, OneValueOrNoneSaysNothing) {
  EXPECT_TRUE(runs_agree({}));
  EXPECT_TRUE(runs_agree({{1, 0.1}}));
  EXPECT_TRUE(runs_agree({{1, kNoValue}, {2, kNoValue}}));
  EXPECT_TRUE(runs_agree({{1, 0.1}, {kNoValue, kNoValue}}));
  EXPECT_TRUE(agrees_with_longer({}, {1, 0.1}));
  EXPECT_TRUE(agrees_with_longer({{1, 0.1}}, {2, kNoValue}));
  EXPECT_TRUE(halves_agree({1, 0.1}, {1, kNoValue}, {2, 0.1}));
}

// A quantile has an interval only if it is far enough from the top of what the run has seen: in runs where it is low.
TEST(Settling, WhatSomeRunsCannotBoundIsNotKnown) { EXPECT_FALSE(runs_agree({{1, 0.1}, {2, kNoValue}, {1, 0.1}})); }

TEST(Settling, EqualValuesAgreeAndOthersWithoutWidthDoNot) {
  EXPECT_TRUE(runs_agree({{0.1, 0}, {0.1, 0}, {0.1, 0}}));
  EXPECT_FALSE(runs_agree({{0, 0}, {0, 0}, {1, 0}}));
  EXPECT_TRUE(halves_agree({1, 0}, {1, 0}, {1, 0}));
  EXPECT_FALSE(halves_agree({1, 0}, {1, 0}, {1.5, 0}));
}

// Two halves whose intervals are +-1.4: their difference has a standard error of 1.4 sqrt(2) / 1.96 = 1.01. Allowed
// are 3.29 of them, and a quarter of the whole's half-width of 1.
TEST(Settling, HalvesMayDifferByChance) {
  EXPECT_TRUE(halves_agree({100, 1}, {98.3, 1.4}, {101.8, 1.4}));
  EXPECT_FALSE(halves_agree({100, 1}, {98.1, 1.4}, {101.9, 1.4}));
}

// 20 intervals of +-1.96 have a standard error of 1. Chi-square with 19 degrees of freedom exceeds 36.2 in one case of
// a hundred: the sum of squares may be 1.25 times that, 45.2, or 20 times 2.26.
TEST(Settling, RunsMayScatterSomewhatMoreThanTheirIntervalsSay) {
  const auto scattered = [](double by) {
    std::vector<Estimate> runs;
    for (int i = 0; i < 20; ++i) runs.push_back({100 + (i % 2 == 0 ? by : -by), 1.96});
    return runs;
  };
  EXPECT_TRUE(runs_agree(scattered(1.45)));
  EXPECT_FALSE(runs_agree(scattered(1.58)));
}

// Of 100 intervals 8 may miss the mean of all; with 16 or more that is no chance. Few wide ones hide it from the
// variance.
TEST(Settling, NoMoreIntervalsMayMissThanPromised) {
  const auto missing = [](int some) {
    std::vector<Estimate> runs;
    for (int i = 0; i < 100; ++i) {
      const double off = i < some ? (i % 2 == 0 ? 1.5 : -1.5) : 0;
      runs.push_back({100 + off, i >= 95 ? 9.0 : 1.0});
    }
    return runs;
  };
  EXPECT_TRUE(runs_agree(missing(14)));
  EXPECT_FALSE(runs_agree(missing(18)));
}

}  // namespace
}  // namespace vqlab

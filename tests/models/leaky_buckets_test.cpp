#include "models/backend/leaky_buckets.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace vqlab {
namespace {

Throttling limited(Throttled what, ThrottleLimit limit) {
  Throttling throttling;
  throttling.limits.at(static_cast<std::size_t>(what)) = limit;
  return throttling;
}

// Whoever always has a next request, of one direction and size: when each goes, in ns.
std::vector<std::int64_t> times(const Throttling& throttling, std::size_t requests, bool write = false,
                                std::uint64_t bytes = 4096) {
  LeakyBuckets buckets(throttling);
  std::vector<std::int64_t> all;
  for (Instant now{}; all.size() < requests;) {
    const Duration wait = buckets.wait(write, now);
    now += wait;
    if (wait > Duration{0}) continue;
    all.push_back(now.time_since_epoch().count());
    buckets.account(write, bytes);
  }
  return all;
}

constexpr std::int64_t kMs = 1000000;

TEST(LeakyBuckets, WithoutABurstATenthOfASecondGoesAtOnce) {
  const auto all = times(limited(Throttled::kIopsTotal, {100, 0, 1}), 30);
  // There is room for 10, and one more goes because the bucket is full and not more than that. Then one each 10 ms.
  for (std::size_t i = 0; i <= 10; ++i) EXPECT_EQ(all[i], 0) << i;
  for (std::size_t i = 11; i < 30; ++i) EXPECT_EQ(all[i], static_cast<std::int64_t>(i - 10) * 10 * kMs) << i;
}

TEST(LeakyBuckets, ABurstOfOneSecondGoesAtOnce) {
  const auto all = times(limited(Throttled::kIopsRead, {100, 400, 1}), 500);
  EXPECT_EQ(all[400], 0);
  EXPECT_EQ(all[401], 10 * kMs);
  EXPECT_EQ(all[499], 99 * 10 * kMs);
}

TEST(LeakyBuckets, ALongerBurstHasItsOwnRateUntilTheBucketIsFull) {
  const auto all = times(limited(Throttled::kIopsWrite, {100, 400, 2}), 1500, true);
  // The burst bucket has room for 40, and one more goes. Then one each 2.5 ms, in which a quarter of one leaks from the
  // main bucket: it has room for 800 and is more than full after 41 + 0.75 n > 800, with the 1013th of them, so that
  // from the next one on each waits for a whole one to leak.
  EXPECT_EQ(all[40], 0);
  for (std::size_t n = 1; n <= 1012; ++n)
    EXPECT_NEAR(static_cast<double>(all[40 + n]), 2.5e6 * static_cast<double>(n), 2e3) << n;
  EXPECT_NEAR(static_cast<double>(all[1499] - all[1099]), 400.0 * 10 * kMs, 1e3);
  const double total_at_end = static_cast<double>(all[1499]) / 1e9;
  // 1499 have gone before the last one: 800 are in the bucket, and the others have leaked at 100 in a second.
  EXPECT_NEAR(total_at_end, (1499 - 800) / 100.0, 1e-3);
}

TEST(LeakyBuckets, BytesAreCountedAsTheyAre) {
  const auto all = times(limited(Throttled::kBpsWrite, {1000000, 0, 1}), 60, true, 10000);
  // Room for 100,000 bytes, ten requests, and one more. A request's bytes leak in 10 ms.
  EXPECT_EQ(all[10], 0);
  EXPECT_EQ(all[59], 49 * 10 * kMs);
}

TEST(LeakyBuckets, ALongRequestCountsAsSeveral) {
  Throttling throttling = limited(Throttled::kIopsTotal, {100, 0, 1});
  throttling.iops_size_bytes = 4096;
  EXPECT_EQ(times(throttling, 20, false, 2048), times(throttling, 20, false, 4096));
  // Of 16 KiB each counts as four: three of them are more than ten, and each of the next ones waits for four to leak,
  // the first for two.
  const auto all = times(throttling, 6, false, 16384);
  EXPECT_EQ(all, (std::vector<std::int64_t>{0, 0, 0, 20 * kMs, 60 * kMs, 100 * kMs}));
}

TEST(LeakyBuckets, ADirectionHasItsOwnLimits) {
  const Throttling reads = limited(Throttled::kIopsRead, {10, 0, 1});
  EXPECT_EQ(times(reads, 100, true).back(), 0);
  EXPECT_EQ(times(reads, 12, false).back(), 1000 * kMs);  // one is room, one more goes; then ten in a second
  const Throttling total = limited(Throttled::kIopsTotal, {10, 0, 1});
  LeakyBuckets buckets(total);
  for (const bool write : {false, true}) {
    EXPECT_EQ(buckets.wait(write, Instant{}), Duration{0});
    buckets.account(write, 4096);
  }
  // Two have gone, and there is room for one.
  for (const bool write : {false, true}) EXPECT_EQ(buckets.wait(write, Instant{}), Duration{100 * kMs});
}

TEST(LeakyBuckets, TheLongestOfSeveralWaitsCounts) {
  Throttling both = limited(Throttled::kIopsTotal, {1000, 0, 1});
  both.limits[static_cast<std::size_t>(Throttled::kBpsTotal)] = {409600, 0, 1};  // 100 requests of 4 KiB
  EXPECT_EQ(times(both, 40), times(limited(Throttled::kBpsTotal, {409600, 0, 1}), 40));
}

TEST(LeakyBuckets, WhatHasNotBeenUsedIsNotKeptBeyondTheRoom) {
  LeakyBuckets buckets(limited(Throttled::kIopsTotal, {100, 0, 1}));
  const Instant later = Instant{} + Duration{5000 * kMs};
  for (int i = 0; i < 11; ++i) {
    EXPECT_EQ(buckets.wait(false, later), Duration{0}) << i;
    buckets.account(false, 4096);
  }
  EXPECT_EQ(buckets.wait(false, later), Duration{10 * kMs});
}

}  // namespace
}  // namespace vqlab

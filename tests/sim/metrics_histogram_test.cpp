#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "models/base/rng.hpp"
#include "sim/metrics/histogram.hpp"

namespace vqlab {
namespace {

// Latencies over six powers of ten, each order of magnitude as likely as another.
std::vector<std::uint64_t> wide_latencies(std::uint64_t seed, std::size_t count) {
  RandomStream random(seed, "latencies");
  std::vector<std::uint64_t> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(random.next32() >> (random.next16() % 20 + 2));
  return values;
}

Histogram histogram_of(const std::vector<std::uint64_t>& values) {
  Histogram histogram;
  for (const std::uint64_t ns : values) histogram.add(Duration(ns));
  return histogram;
}

TEST(Histogram, BucketsTileTheTimeLineWithFioWidths) {
  EXPECT_EQ(Histogram::lowest_ns(0), 0u);
  for (std::size_t bucket = 0; bucket + 1 < Histogram::kBuckets; ++bucket) {
    const std::uint64_t low = Histogram::lowest_ns(bucket);
    const std::uint64_t high = Histogram::highest_ns(bucket);
    EXPECT_EQ(Histogram::bucket_of(low), bucket);
    EXPECT_EQ(Histogram::bucket_of(high), bucket);
    EXPECT_EQ(Histogram::bucket_of(high + 1), bucket + 1);
    // 1 ns wide below 128 ns, then 64 for each power of two.
    const std::uint64_t width = low < 128 ? 1 : std::uint64_t{1} << (static_cast<int>(std::log2(low)) - 6);
    EXPECT_EQ(high - low + 1, width) << low;
  }
}

TEST(Histogram, WhatIsLongerThanTheLastBucketCountsThere) {
  const std::uint64_t end = std::uint64_t{1} << 34;
  EXPECT_EQ(Histogram::bucket_of(end - 1), Histogram::kBuckets - 1);
  EXPECT_EQ(Histogram::bucket_of(end), Histogram::kBuckets - 1);
  EXPECT_EQ(Histogram::bucket_of(~std::uint64_t{0}), Histogram::kBuckets - 1);
}

TEST(Histogram, QuantilesAreWithinOneSixtyFourthOfTheSortedData) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<std::uint64_t> values = wide_latencies(seed, 5000 + seed);
    const Histogram histogram = histogram_of(values);
    std::sort(values.begin(), values.end());
    for (const double q : {0.001, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
      const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
      const auto exact = static_cast<double>(values[rank - 1]);
      EXPECT_LE(std::fabs(histogram.quantile_ns(q) - exact), exact / 64) << "seed " << seed << ", q " << q;
    }
  }
}

TEST(Histogram, InterpolatesInsideABucket) {
  // 1024 to 1039 ns is one bucket, 16 wide. Its samples count as spread evenly: half of them lie before 1031.5 ns.
  Histogram histogram;
  for (int ns = 1024; ns < 1040; ++ns) histogram.add(Duration(ns));
  EXPECT_DOUBLE_EQ(histogram.quantile_ns(0.5), 1031.5);
  EXPECT_DOUBLE_EQ(histogram.quantile_ns(0), 1024);
  EXPECT_DOUBLE_EQ(histogram.quantile_ns(1), 1039);
}

TEST(Histogram, CountBeforeIsTheInverseOfLocate) {
  const Histogram histogram = histogram_of(wide_latencies(3, 4000));
  for (const double q : {0.1, 0.5, 0.77, 0.999})
    EXPECT_NEAR(histogram.count_before(histogram.locate(q)), q * 4000, 1e-6);
}

TEST(Histogram, MeanIsExact) {
  const Histogram histogram = histogram_of({1, 1'000'003, 5'000'000'001});
  EXPECT_DOUBLE_EQ(histogram.mean_ns(), 5'001'000'005.0 / 3);
  EXPECT_EQ(histogram.count(), 3u);
}

TEST(Histogram, MergedPartsAreTheWhole) {
  const std::vector<std::uint64_t> values = wide_latencies(9, 3000);
  Histogram merged = histogram_of({values.begin(), values.begin() + 1000});
  EXPECT_NE(merged, histogram_of(values));
  merged.merge(histogram_of({values.begin() + 1000, values.end()}));
  EXPECT_EQ(merged, histogram_of(values));
}

TEST(Histogram, PartsThatLieApartMergeEitherWayRound) {
  const std::vector<std::uint64_t> low{5, 5, 70};
  const std::vector<std::uint64_t> high{3'000'000, 8'000'000'000};
  const Histogram whole = histogram_of({5, 5, 70, 3'000'000, 8'000'000'000});
  for (const bool low_first : {false, true}) {
    Histogram merged = histogram_of(low_first ? low : high);
    merged.merge(Histogram{});
    merged.merge(histogram_of(low_first ? high : low));
    EXPECT_EQ(merged, whole);
    EXPECT_DOUBLE_EQ(merged.quantile_ns(0), 5);
  }
}

TEST(Histogram, CountsBeforePlacesBeyondItsSamples) {
  // Another one's median lies where this one has no samples: three of three before it, or none.
  const Histogram low = histogram_of({5, 5, 70});
  const Histogram high = histogram_of({3'000'000, 3'000'000, 8'000'000'000});
  EXPECT_DOUBLE_EQ(low.count_before(high.locate(0.5)), 3);
  EXPECT_DOUBLE_EQ(high.count_before(low.locate(0.5)), 0);
  EXPECT_DOUBLE_EQ(Histogram{}.count_before(low.locate(0.5)), 0);
}

TEST(Histogram, WithoutSamplesThereIsNothingToSay) {
  EXPECT_TRUE(std::isnan(Histogram{}.mean_ns()));
  EXPECT_TRUE(std::isnan(Histogram{}.quantile_ns(0.5)));
}

}  // namespace
}  // namespace vqlab

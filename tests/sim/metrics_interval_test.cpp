#include <cmath>
#include <gtest/gtest.h>

#include "sim/metrics/interval.hpp"
#include "tests/sim/metrics_processes.hpp"

namespace vqlab {
namespace {

// Share of 2000 intervals that hold the true mean 0. At 95 % the standard deviation of that share is 0.5 %.
double coverage(double phi, std::size_t values) {
  int hits = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    test::Ar1 process(seed, phi);
    std::vector<double> series;
    double sum = 0;
    for (std::size_t i = 0; i < values; ++i) sum += series.emplace_back(process.next());
    hits += std::fabs(sum / static_cast<double>(values)) <= half_width_of_mean(series);
  }
  return hits / 2000.0;
}

TEST(StudentT, AgreesWithPublishedTables) {
  EXPECT_NEAR(student_t_975(1), 12.706205, 1e-6);
  EXPECT_NEAR(student_t_975(10), 2.228139, 1e-6);
  EXPECT_NEAR(student_t_975(11), 2.200985, 1e-5);
  EXPECT_NEAR(student_t_975(20), 2.085963, 1e-5);
  EXPECT_NEAR(student_t_975(63), 1.998341, 1e-5);
  EXPECT_NEAR(student_t_975(1'000'000), 1.959966, 1e-5);
}

TEST(Interval, OfIndependentValuesHoldsTheMeanInNineteenOfTwentyCases) {
  for (const std::size_t values : {10u, 20u, 32u, 64u}) {
    EXPECT_GE(coverage(0, values), 0.93) << values;
    EXPECT_LE(coverage(0, values), 0.97) << values;
  }
}

TEST(Interval, SlowOfCorrelatedValuesIsWidened) {
  // With the usual formula 127 values with phi = 0.5 are covered in 74 % of all cases only.
  EXPECT_GE(coverage(0.5, 127), 0.93);
  EXPECT_LE(coverage(0.5, 127), 0.97);
  EXPECT_GE(coverage(0.8, 256), 0.93);
  EXPECT_LE(coverage(0.8, 256), 0.97);
}

TEST(Interval, OfValuesThatMakeUpForEachOtherIsNarrowed) {
  // x(i) = e(i + 1) - e(i), events just before or after the end of a batch: the sum is e(n) - e(0), whose standard
  // deviation is sqrt(2); the usual formula says sqrt(2 n), 11 times as much.
  RandomStream random(1, "edges");
  std::vector<double> values;
  double last = test::noise(random);
  for (int i = 0; i < 127; ++i) {
    const double next = test::noise(random);
    values.push_back(next - last);
    last = next;
  }
  EXPECT_LT(127 * half_width_of_mean(values), 0.5 * 1.98 * std::sqrt(2 * 127));
}

TEST(Interval, ByHand) {
  // Mean 3, s^2 = 10 / 4, t(4) = 2.776445. Neighbours 3 5 1 4 2 make up for each other: no wider than
  // t * sqrt(2.5 / 5).
  EXPECT_NEAR(half_width_of_mean({3, 5, 1, 4, 2}), 2.776445 * std::sqrt(0.5), 1e-9);
  EXPECT_DOUBLE_EQ(lag1_autocorrelation({3, 5, 1, 4, 2}), -0.7);
  // 0 and 1: s^2 = 1 / 2, t(1) * sqrt(1 / 4).
  EXPECT_NEAR(half_width_of_mean({0, 1}), 12.706205 / 2, 1e-6);
}

TEST(Interval, OfEqualValuesIsAPoint) { EXPECT_EQ(half_width_of_mean({0.1, 0.1, 0.1, 0.1}), 0); }

TEST(Interval, OfOneValueIsUnknown) {
  EXPECT_TRUE(std::isnan(half_width_of_mean({1})));
  EXPECT_TRUE(std::isnan(half_width_of_mean({})));
}

TEST(Interval, SeesCorrelationOfNeighbours) {
  std::vector<double> slow;
  std::vector<double> alternating;
  for (int i = 0; i < 32; ++i) {
    const int step = i / 8;
    slow.push_back(step);
    alternating.push_back(i % 2);
  }
  EXPECT_TRUE(neighbours_correlated(slow));
  EXPECT_FALSE(neighbours_correlated(alternating));
}

TEST(Estimate, ChangesItsUnitWithItsInterval) {
  const Estimate bytes{2e6, 1e4};
  EXPECT_DOUBLE_EQ((bytes * 1e-6).value, 2);
  EXPECT_DOUBLE_EQ((1e-6 * bytes).half_width, 0.01);
  EXPECT_DOUBLE_EQ(bytes.relative_half_width(), 0.005);
  EXPECT_DOUBLE_EQ((bytes * -1.0).half_width, 1e4);
}

TEST(Estimate, RelativeHalfWidthAtZero) {
  EXPECT_EQ((Estimate{0, 0}).relative_half_width(), 0);
  EXPECT_TRUE(std::isinf((Estimate{0, 1}).relative_half_width()));
  EXPECT_TRUE(std::isnan((Estimate{1, kNoValue}).relative_half_width()));
}

}  // namespace
}  // namespace vqlab

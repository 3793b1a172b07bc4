#include "models/base/cost.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck.h>
#include <set>
#include <vector>

namespace vqlab {
namespace {

constexpr double kOne = 65536.0;
constexpr std::size_t kEntries = 1024;

// The quantiles of a shape, in 1 / 65536. A mean of 65536 ns makes each draw one of them; 40000 draws miss one of 1024
// with probability 1024 * exp(-39).
std::vector<double> quantiles_of(Shape shape) {
  const CostSampler sampler({kOne, shape});
  RandomStream random(1, "quantiles");
  std::set<std::int64_t> seen;
  for (int i = 0; i < 40000; ++i) seen.insert(sampler.sample(random).count());
  return {seen.begin(), seen.end()};
}

double variation_of(const std::vector<double>& values) {
  double squares = 0;
  for (const double value : values) squares += (value / kOne - 1.0) * (value / kOne - 1.0);
  return std::sqrt(squares / static_cast<double>(values.size()));
}

// In the middle of the i-th of 1024 bands.
double probability(std::size_t i) { return (static_cast<double>(i) + 0.5) / static_cast<double>(kEntries); }

class RandomShape : public testing::TestWithParam<Shape> {};
INSTANTIATE_TEST_SUITE_P(Cost, RandomShape, testing::Values(Shape::kUniform, Shape::kErlang4, Shape::kExponential));

TEST_P(RandomShape, HasAMeanOfExactlyOne) {
  const auto quantiles = quantiles_of(GetParam());
  ASSERT_EQ(quantiles.size(), kEntries);  // all of them, no two alike
  EXPECT_EQ(std::accumulate(quantiles.begin(), quantiles.end(), 0.0), kOne * static_cast<double>(kEntries));
}

TEST(Cost, UniformIsUniform) {
  const auto quantiles = quantiles_of(Shape::kUniform);
  for (std::size_t i = 0; i < kEntries; ++i) EXPECT_NEAR(quantiles[i] / kOne, 2.0 * probability(i), 1e-4);
  // Standard deviation of a uniform variable on [0, 2]: 2 / sqrt(12).
  EXPECT_NEAR(variation_of(quantiles), 0.57735, 0.001);
}

TEST(Cost, ExponentialIsExponential) {
  const auto quantiles = quantiles_of(Shape::kExponential);
  for (std::size_t i = 0; i + 1 < kEntries; ++i) EXPECT_NEAR(quantiles[i] / kOne, -std::log1p(-probability(i)), 1e-4);
  // The last band is all that lies beyond ln(1024): memoryless, so its mean is ln(1024) + 1 = 7.93, and its own
  // variance, 1 in 1024 of the whole, is lost. Midpoints instead of means in the other bands shift it a little more.
  EXPECT_NEAR(quantiles.back() / kOne, 7.93, 0.3);
  EXPECT_NEAR(variation_of(quantiles), 1.0, 0.01);
}

TEST(Cost, Erlang4IsTheSumOfFourExponentials) {
  const auto quantiles = quantiles_of(Shape::kErlang4);
  for (std::size_t i = 0; i + 1 < kEntries; ++i) {
    const double y = 4.0 * quantiles[i] / kOne;
    const double below = 1.0 - std::exp(-y) * (1.0 + y + y * y / 2.0 + y * y * y / 6.0);
    EXPECT_NEAR(below, probability(i), 1e-4);
  }
  EXPECT_NEAR(variation_of(quantiles), 0.5, 0.005);  // 1 / sqrt(4)
}

TEST(Cost, EveryQuantileIsAsLikely) {
  const CostSampler sampler({kOne, Shape::kErlang4});
  RandomStream random(2, "likely");
  constexpr int kDraws = 100000;
  std::int64_t sum = 0;
  for (int i = 0; i < kDraws; ++i) sum += sampler.sample(random).count();
  // Standard error of the mean: 0.5 / sqrt(100000) = 0.0016; four of them.
  EXPECT_NEAR(static_cast<double>(sum) / kDraws / kOne, 1.0, 0.0064);
}

TEST(Cost, ConstantIsConstantAndDrawsLikeAnyOther) {
  RandomStream random(1, "constant");
  RandomStream other(1, "constant");
  const CostSampler sampler({7300, Shape::kConstant});
  const CostSampler nothing;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(sampler.sample(random), 7300ns);
    (void)CostSampler({100, Shape::kUniform}).sample(other);
  }
  EXPECT_EQ(sampler.sample_times(3, random), 21900ns);
  EXPECT_EQ(nothing.sample(other), 0ns);
  // Switching a cost off, or its randomness, changes no other draw.
  EXPECT_EQ(random.next32(), other.next32());
}

TEST(Cost, SpeedDivides) {
  RandomStream random(1, "speed");
  EXPECT_EQ(CostSampler({7300, Shape::kConstant}, 2.0).sample(random), 3650ns);
  EXPECT_EQ(CostSampler({7300, Shape::kConstant}, 0.5).sample(random), 14600ns);
}

TEST(Cost, RoundsToTheNearestNanosecond) {
  RandomStream random(1, "round");
  EXPECT_EQ(CostSampler({0.49, Shape::kConstant}).sample(random), 0ns);
  EXPECT_EQ(CostSampler({0.5, Shape::kConstant}).sample(random), 1ns);
  // 0.3 ns three times are 0.9 ns: fractions are not lost before they are multiplied.
  EXPECT_EQ(CostSampler({0.3, Shape::kConstant}).sample_times(3, random), 1ns);
}

TEST(Cost, ManyStepsAreOneDrawScaled) {
  const CostSampler sampler({1000, Shape::kExponential});
  RandomStream one(5, "times");
  RandomStream many(5, "times");
  for (int i = 0; i < 100; ++i) {
    const auto single = sampler.sample(one).count();
    const auto sixteen = sampler.sample_times(16, many).count();
    EXPECT_LE(std::abs(sixteen - 16 * single), 8);  // half a nanosecond of rounding, sixteen times
  }
}

TEST(Cost, AStepAndItsPartsVaryTogether) {
  // 1000 + 4 * 250 ns of one shape: one draw of twice the step.
  const CostSampler step({1000, Shape::kExponential});
  const CostSampler part({250, Shape::kExponential});
  RandomStream together(5, "parts");
  RandomStream alone(5, "parts");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(step.sample_with(together, CostPart{part, 4}), step.sample_times(2, alone));
  EXPECT_EQ(together.next32(), alone.next32());
}

TEST(Cost, PartsOfAnotherShapeAreDrawnByThemselves) {
  const CostSampler step({1000, Shape::kExponential});
  const CostSampler part({250, Shape::kConstant});
  RandomStream together(5, "parts");
  RandomStream alone(5, "parts");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(step.sample_with(together, CostPart{part, 4}), step.sample(alone) + 1us);
    (void)part.sample(alone);
  }
}

TEST(Cost, TheStepIsDrawnBeforeItsParts) {
  const CostSampler step({1000, Shape::kExponential});
  const CostSampler part({250, Shape::kUniform});
  RandomStream together(5, "parts");
  RandomStream alone(5, "parts");
  for (int i = 0; i < 100; ++i) {
    const Duration first = step.sample(alone);
    EXPECT_EQ(step.sample_with(together, CostPart{part, 4}), first + part.sample_times(4, alone));
  }
}

TEST(Cost, AStepWithoutACostOfItsOwnStillHasParts) {
  RandomStream random(5, "parts");
  EXPECT_EQ(CostSampler({0, Shape::kConstant}).sample_with(random, CostPart{CostSampler({250, Shape::kConstant}), 4}),
            1us);
}

TEST(Cost, NothingCostsNothing) {
  RandomStream random(1, "nothing");
  EXPECT_EQ(CostSampler{}.sample(random), 0ns);
  EXPECT_EQ(CostSampler({0, Shape::kExponential}).sample(random), 0ns);
  EXPECT_EQ(CostSampler({100, Shape::kConstant}).sample_times(0, random), 0ns);
}

TEST(Cost, AMillisecondOfManyPagesDoesNotOverflow) {
  RandomStream random(1, "large");
  // 1 ms a page, 256 pages: 2^44 in 16.16 ns, times quantiles below 2^20.
  EXPECT_EQ(CostSampler({1e6, Shape::kConstant}).sample_times(256, random), 256ms);
  const CostSampler sampler({1e6, Shape::kExponential});
  for (int i = 0; i < 10000; ++i) EXPECT_LE(sampler.sample_times(16, random), 16 * 9ms);
}

TEST(Cost, ShapesAreNamedInTheirOrder) {
  ASSERT_EQ(shape_names().size(), 4u);
  EXPECT_EQ(shape_names()[static_cast<std::size_t>(Shape::kConstant)], "constant");
  EXPECT_EQ(shape_names()[static_cast<std::size_t>(Shape::kUniform)], "uniform");
  EXPECT_EQ(shape_names()[static_cast<std::size_t>(Shape::kErlang4)], "erlang4");
  EXPECT_EQ(shape_names()[static_cast<std::size_t>(Shape::kExponential)], "exponential");
}

TEST(CostDeath, RefusesWhatHasNoMeaning) {
  EXPECT_DEATH((void)CostSampler({1, Shape::kConstant}, 0.0), "positive speed");
  EXPECT_DEATH((void)CostSampler({-1, Shape::kConstant}), "no negative mean");
}

}  // namespace
}  // namespace vqlab

#include <gtest/gtest.h>

#include "sim/metrics/warm_up.hpp"
#include "tests/sim/metrics_processes.hpp"

namespace vqlab {
namespace {

std::vector<double> ramp_then_noise(std::uint64_t seed, std::size_t ramp, std::size_t total) {
  RandomStream random(seed, "noise");
  std::vector<double> values;
  for (std::size_t i = 0; i < total; ++i) {
    const double level = i < ramp ? 100.0 * static_cast<double>(i) / static_cast<double>(ramp) : 100.0;
    values.push_back(level + test::noise(random));
  }
  return values;
}

TEST(WarmUp, OfARampIsFound) {
  // Of a few series the smallest error lies in the second half by luck; they are taken for unsettled, never cut short.
  int over = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const WarmUp found = find_warm_up(ramp_then_noise(seed, 10, 50));
    EXPECT_GE(found.batches, 10u) << seed;
    over += found.over ? 1 : 0;
  }
  EXPECT_GE(over, 45);
}

TEST(WarmUp, CostsAStationarySeriesLittle) {
  std::size_t lost = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) lost += find_warm_up(ramp_then_noise(seed, 0, 50)).batches;
  EXPECT_LE(static_cast<double>(lost) / (200 * 50), 0.05);
}

TEST(WarmUp, ThatLastsForMostOfTheRunIsNotOver) {
  const WarmUp found = find_warm_up(ramp_then_noise(1, 40, 50));
  EXPECT_FALSE(found.over);
  EXPECT_EQ(found.batches, 25u);
}

TEST(WarmUp, OfAConstantIsNothing) {
  const WarmUp found = find_warm_up(std::vector<double>(20, 0.1));
  EXPECT_TRUE(found.over);
  EXPECT_EQ(found.batches, 0u);
}

TEST(WarmUp, ByHand) {
  // Sum of squares around the mean, over the count squared, for what is left of 0 3 3 2 3 3:
  //   d = 0: mean 14/6, squares 22/3,  / 36 = 0.2037
  //   d = 1: mean 2.8,  squares 0.8,   / 25 = 0.032     <- the least
  //   d = 2: mean 2.75, squares 0.75,  / 16 = 0.0469
  //   d = 3: mean 8/3,  squares 2/3,   /  9 = 0.0741
  EXPECT_EQ(find_warm_up({0, 3, 3, 2, 3, 3}).batches, 1u);
  EXPECT_TRUE(find_warm_up({0, 3, 3, 2, 3, 3}).over);
}

TEST(WarmUp, OfTooLittleIsNotOver) {
  EXPECT_FALSE(find_warm_up({}).over);
  EXPECT_FALSE(find_warm_up({1}).over);
}

}  // namespace
}  // namespace vqlab

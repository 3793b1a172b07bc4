// What a paired test would have found.
#include "analysis/runs/power.hpp"

#include <cmath>
#include <gtest/gtest.h>

#include "analysis/runs/paired.hpp"
#include "models/base/rng.hpp"
#include "sim/metrics/quantity.hpp"

namespace vqlab {
namespace {

TEST(Power, WithoutADifferenceItIsTheLevel) {
  for (const std::size_t freedom : {1u, 2u, 9u, 300u})
    for (const double level : {0.05, 0.05 / 70}) EXPECT_NEAR(t_test_power(0, freedom, level), level, 1e-4 * level);
}

// Cohen (1988), Statistical Power Analysis, and any program for it: a medium effect in pairs takes 34 of them for 80 %,
// one of a standard deviation 16 for 95 %.
TEST(Power, PairsNeeded) {
  EXPECT_EQ(pairs_needed(0.5, 0.05, 0.8, 1000), 34u);
  EXPECT_EQ(pairs_needed(-1, 0.05, 0.95, 1000), 16u);
  EXPECT_EQ(pairs_needed(100, 0.05, 0.95, 1000), 2u);
  EXPECT_EQ(pairs_needed(0.5, 0.05, 0.8, 33), 0u);
  EXPECT_EQ(pairs_needed(0, 0.05, 0.8, 1000), 0u);
}

TEST(Power, DetectableIsWhereThePowerIsReached) {
  for (const std::size_t freedom : {2u, 4u, 9u}) {
    const double errors = detectable_standard_errors(freedom, 0.05 / 14, 0.95);
    EXPECT_NEAR(t_test_power(errors, freedom, 0.05 / 14), 0.95, 1e-6);
  }
}

// Five normal differences whose mean is what four degrees of freedom find in 80 % of all tries.
TEST(Power, IsHowOftenTestsFindADifference) {
  const double errors = detectable_standard_errors(4, 0.05, 0.8);
  RandomStream random(1, "power");
  int found = 0;
  constexpr int kTries = 4000;
  for (int i = 0; i < kTries; ++i) {
    std::vector<double> differences;
    for (int k = 0; k < 5; ++k) {  // Box and Muller
      const double u = (random.next32() + 0.5) / 4294967296.0;
      const double v = random.next32() / 4294967296.0;
      differences.push_back(errors / std::sqrt(5.0) + std::sqrt(-2 * std::log(u)) * std::cos(2 * M_PI * v));
    }
    found += paired_test(differences).p <= 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(found / static_cast<double>(kTries), 0.8, 0.02);  // three standard errors
}

TEST(Power, HolmTestsTheLastOnesMoreEasily) {
  const std::vector<double> p{0.001, 0.02, 0.5, kNoValue};
  EXPECT_NEAR(holm_level(p, 0, 0.05), 0.05 / 3, 1e-15);  // 0.02 is not found before it
  EXPECT_NEAR(holm_level(p, 1, 0.05), 0.05 / 2, 1e-15);
  EXPECT_NEAR(holm_level(p, 2, 0.05), 0.05, 1e-15);  // the others are found, whatever it is
  // A p just below its level is significant, and one just above is not.
  for (const double factor : {0.999, 1.001}) {
    std::vector<double> tried = p;
    tried[1] = factor * holm_level(p, 1, 0.05);
    EXPECT_EQ(holm(tried)[1] <= 0.05, factor < 1);
  }
}

}  // namespace
}  // namespace vqlab

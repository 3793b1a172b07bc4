#include "analysis/scenario/prior.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace vqlab {
namespace {

// The range is 4 standard deviations of ln p: ln(16) / 4 = ln 2, around sqrt(1000 * 16000) = 4000.
TEST(Prior, ReadsTheRangeAsTwoStandardDeviationsToEitherSide) {
  const Prior prior(1000, 16000);
  EXPECT_NEAR(prior.sd(), std::log(2), 1e-12);
  EXPECT_NEAR(std::exp(prior.log_value(0)), 4000, 1e-6);
  EXPECT_NEAR(std::exp(prior.log_value(1)), 8000, 1e-6);
  EXPECT_NEAR(std::exp(prior.log_value(-1.5)), 4000 / std::pow(2, 1.5), 1e-6);
}

TEST(Prior, NoStepLeavesTheRange) {
  const Prior prior(1000, 16000);
  for (const double z : {-1e9, -50.0, -2.0, 2.0, 50.0, 1e9}) {
    EXPECT_GE(prior.log_value(z), prior.log_min());
    EXPECT_LE(prior.log_value(z), prior.log_max());
    EXPECT_GT(prior.slope(z), 0);
  }
  // Further out is nearer to the end.
  EXPECT_GT(prior.log_value(2.2), prior.log_value(2.0));
}

TEST(Prior, ZAndValueAreInverse) {
  const Prior prior(200, 5000);
  for (const double z : {-2.1, -1.6, -1.59, 0.0, 0.7, 1.6, 1.9}) EXPECT_NEAR(prior.z_of(prior.log_value(z)), z, 1e-9);
  // A value at the very end has a z all the same, and so has one beyond.
  EXPECT_LT(prior.z_of(prior.log_max()), 5);
  EXPECT_DOUBLE_EQ(prior.z_of(prior.log_max() + 1), prior.z_of(prior.log_max()));
}

TEST(Prior, SlopeIsTheDerivative) {
  const Prior prior(200, 5000);
  for (const double z : {-2.3, -1.7, -0.5, 1.0, 1.65, 2.0}) {
    const double h = 1e-6;
    EXPECT_NEAR(prior.slope(z), (prior.log_value(z + h) - prior.log_value(z - h)) / (2 * h), 1e-6);
  }
}

}  // namespace
}  // namespace vqlab

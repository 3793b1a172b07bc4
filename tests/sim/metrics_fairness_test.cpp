#include <cmath>
#include <gtest/gtest.h>

#include "sim/metrics/fairness.hpp"

namespace vqlab {
namespace {

TEST(JainIndex, ByHand) {
  EXPECT_DOUBLE_EQ(jain_index({7, 7, 7, 7}), 1.0);
  EXPECT_DOUBLE_EQ(jain_index({0, 5, 0, 0}), 0.25);
  EXPECT_DOUBLE_EQ(jain_index({1, 2, 3}), 36.0 / (3 * 14));
  EXPECT_DOUBLE_EQ(jain_index({1e6, 2e6, 3e6}), 36.0 / (3 * 14));
}

TEST(JainIndex, OfNothingIsUnknown) {
  EXPECT_TRUE(std::isnan(jain_index({0, 0})));
  EXPECT_TRUE(std::isnan(jain_index({})));
}

}  // namespace
}  // namespace vqlab

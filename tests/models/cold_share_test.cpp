#include <gtest/gtest.h>

#include "models/base/cost.hpp"

namespace vqlab {
namespace {

TEST(ColdShare, IsWhatTheCacheDoesNotHold) {
  EXPECT_EQ(cold_share(16, 16), 0);
  EXPECT_EQ(cold_share(8, 16), 0);
  EXPECT_DOUBLE_EQ(cold_share(32, 16), 0.5);
  EXPECT_DOUBLE_EQ(cold_share(64, 16), 0.75);
}

TEST(ColdShare, ScalesACostAndKeepsItsShape) {
  EXPECT_EQ((Cost{1000, Shape::kUniform} * 0.25), (Cost{250, Shape::kUniform}));
}

}  // namespace
}  // namespace vqlab

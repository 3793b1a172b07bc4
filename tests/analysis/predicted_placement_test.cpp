#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/predict/placement.hpp"

namespace vqlab {
namespace {

using testing::ElementsAre;

TEST(PredictedPlacement, EqualVcpusTakeTurns) { EXPECT_THAT(place(5, {1, 1, 1}), ElementsAre(0, 1, 2, 0, 1)); }

TEST(PredictedPlacement, AVcpuBusyWithInterruptsGetsFewer) {
  // A fifth of a vCPU is worth it when each of the others has five.
  EXPECT_THAT(place(4, {1, 1, 1, 0.2}), ElementsAre(0, 1, 2, 0));
  const std::vector<std::uint32_t> homes = place(32, {1, 1, 1, 0.2});
  EXPECT_EQ(std::count(homes.begin(), homes.end(), 3u), 2);
  EXPECT_EQ(std::count(homes.begin(), homes.end(), 0u), 10);
}

TEST(PredictedPlacement, PinnedProcessesStayAndOthersKeepFromTheInterruptedVcpu) {
  Testbed testbed;
  testbed.targets = 4;
  testbed.guest.vcpus = 3;
  EXPECT_THAT(balanced_vcpus(testbed, VcpuId(2)), ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(balanced_vcpus(testbed, std::nullopt), ElementsAre(0, 1, 2, 0));
  testbed.guest.irq_time_accounting = false;
  EXPECT_THAT(balanced_vcpus(testbed, VcpuId(2)), ElementsAre(0, 1, 2, 0));
  testbed.guest.pinned_vcpus = 2;
  EXPECT_THAT(balanced_vcpus(testbed, VcpuId(1)), ElementsAre(0, 1, 0, 1));
}

TEST(PredictedPlacement, NobodyHasNoHome) { EXPECT_THAT(place(0, {1, 1}), ElementsAre()); }

}  // namespace
}  // namespace vqlab

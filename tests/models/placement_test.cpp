#include "models/testbed/placement.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vqlab {
namespace {

using testing::ElementsAre;

TEST(Placement, EqualVcpusTakeTurns) { EXPECT_THAT(place(5, {1, 1, 1}), ElementsAre(0, 1, 2, 0, 1)); }

TEST(Placement, AVcpuBusyWithInterruptsGetsFewer) {
  // A fifth of a vCPU is worth it when each of the others has five.
  EXPECT_THAT(place(4, {1, 1, 1, 0.2}), ElementsAre(0, 1, 2, 0));
  const std::vector<std::uint32_t> homes = place(32, {1, 1, 1, 0.2});
  EXPECT_EQ(std::count(homes.begin(), homes.end(), 3u), 2);
  EXPECT_EQ(std::count(homes.begin(), homes.end(), 0u), 10);
}

TEST(Placement, PinnedProcessesStayAndOthersKeepFromTheInterruptedVcpu) {
  Testbed testbed;
  testbed.guest.interrupt_vcpu_share = 0.2;
  EXPECT_THAT(Placement(testbed).homes(4, 3, VcpuId(2)), ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(Placement(testbed, {2, 0, 1}).homes(4, 3, std::nullopt), ElementsAre(2, 0, 1, 2));
  testbed.guest.pinned_vcpus = 2;
  EXPECT_THAT(Placement(testbed).homes(3, 3, VcpuId(1)), ElementsAre(0, 1, 0));
}

TEST(Placement, NobodyHasNoHome) { EXPECT_THAT(place(0, {1, 1}), ElementsAre()); }

}  // namespace
}  // namespace vqlab

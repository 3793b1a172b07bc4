#include "models/testbed/mechanisms.hpp"

#include <gtest/gtest.h>

#include "models/testbed/testbed.hpp"

namespace vqlab {
namespace {

TEST(Mechanisms, AllAreOnByDefaultAndChangeNothing) {
  const Testbed testbed;
  EXPECT_EQ(in_effect(testbed), testbed);
}

TEST(Mechanisms, EachSwitchTakesSomethingOut) {
  for (const Param& row : params_of(static_cast<const Mechanisms*>(nullptr)).rows) {
    Testbed testbed;
    row.set(&testbed.mechanisms, ParamValue(false));
    Testbed without = in_effect(testbed);
    without.mechanisms = Mechanisms{};
    EXPECT_FALSE(without == Testbed{}) << row.name;
    without.mechanisms = testbed.mechanisms;
    EXPECT_EQ(in_effect(without), without) << row.name;  // once is enough
  }
}

TEST(Mechanisms, WhatAnotherSwitchTakesOutStays) {
  Testbed testbed;
  testbed.mechanisms.cstates = false;
  const Testbed without = in_effect(testbed);
  EXPECT_EQ(without.host_costs.cstate_ns.mean_ns, 0);
  EXPECT_EQ(without.guest_costs, testbed.guest_costs);
  EXPECT_EQ(without.hardware, testbed.hardware);
}

}  // namespace
}  // namespace vqlab

#include "models/testbed/resources.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace vqlab {
namespace {

// How many resources halve each cost of the struct; another change of a cost is a failure.
template <class S>
void expect_each_cost_in_one_resource(S Testbed::*part) {
  for (const Param& row : params_of(static_cast<const S*>(nullptr)).rows) {
    if (row.kind != ParamKind::kCost) continue;
    int halved = 0;
    Testbed testbed;
    row.set(&(testbed.*part), Cost{1000, Shape::kUniform});
    for (const Resource& resource : resources()) {
      Testbed faster = testbed;
      resource.halve(faster);
      if (faster.*part == testbed.*part) continue;
      const ParamValue value = row.get(&(faster.*part));
      if (value == ParamValue(Cost{1000, Shape::kUniform})) continue;
      EXPECT_EQ(value, ParamValue(Cost{500, Shape::kUniform})) << resource.name() << " " << row.name;
      ++halved;
    }
    EXPECT_EQ(halved, 1) << row.name;
  }
}

TEST(Resources, EachCostBelongsToOne) {
  expect_each_cost_in_one_resource(&Testbed::guest_costs);
  expect_each_cost_in_one_resource(&Testbed::host_costs);
  expect_each_cost_in_one_resource(&Testbed::host);
}

TEST(Resources, EachHasItsNameAndChangesSomethingOnly) {
  std::set<std::string_view> names;
  for (const Resource& resource : resources()) {
    EXPECT_TRUE(names.insert(resource.name()).second) << resource.name();
    Testbed testbed;
    resource.halve(testbed);
    EXPECT_NE(testbed, Testbed{}) << resource.name();
    EXPECT_EQ(testbed.job, FioJob{}) << resource.name();
    EXPECT_EQ(testbed.guest, GuestConfig{}) << resource.name();
  }
}

TEST(Resources, RatesAndNumbersOfServersAreDoubled) {
  Testbed testbed;
  for (const Resource& resource : resources()) resource.halve(testbed);
  const Hardware before;
  EXPECT_EQ(testbed.hardware.memory_gb_per_s, 2 * before.memory_gb_per_s);
  EXPECT_EQ(testbed.hardware.copy_gb_per_s, 2 * before.copy_gb_per_s);
  EXPECT_EQ(testbed.hardware.physical_cpus, 2 * before.physical_cpus);
  EXPECT_EQ(testbed.hardware.sibling_speed, before.sibling_speed);
  EXPECT_EQ(testbed.guest_costs.queue_lines, GuestCosts{}.queue_lines / 2);
}

}  // namespace
}  // namespace vqlab

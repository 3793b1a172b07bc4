// The bound on what threads do that share cores: closed forms, and that it is no lower than what a mix can do.
#include "models/bounds/shared_cores.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "models/base/cost.hpp"
#include "models/bounds/bounding_network.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

constexpr double kSearched = 1.01;  // the search for prices ends so near

// From below within rounding, from above within what the search leaves.
void expect_bound(double bound, double exact) {
  EXPECT_GE(bound, exact * (1 - 1e-9));
  EXPECT_LE(bound, exact * kSearched);
}

TEST(SharedCores, OneThreadHasItsCoreForItself) {
  expect_bound(bound_on_shared_cores({{.work = 50}}, 4, 0.65), 1.0 / 50);
  expect_bound(bound_on_shared_cores({{.work = 50, .copying = 30}}, 4, 0.65), 1.0 / 80);
}

TEST(SharedCores, TwoOfACoreSlowEachOtherDown) {
  // Two threads, two hardware threads of one core: both at 0.65, or one at 1.
  expect_bound(bound_on_shared_cores({{.work = 50, .count = 2}}, 2, 0.65), 2 * 0.65 / 50);
  expect_bound(bound_on_shared_cores({{.work = 50, .count = 2}}, 2, 0.4), 1.0 / 50);
  // Each request needs both kinds: side by side, or one after the other.
  expect_bound(bound_on_shared_cores({{.work = 50}, {.work = 50}}, 2, 0.75), 0.75 / 50);
  expect_bound(bound_on_shared_cores({{.work = 50}, {.work = 50}}, 2, 0.5), 0.5 / 50);
  // A copy is not slowed down, and slows others down.
  expect_bound(bound_on_shared_cores({{.work = 50}, {.copying = 50}}, 2, 0.5), 2.0 / 3 / 50);
  expect_bound(bound_on_shared_cores({{.work = 50}, {.copying = 10}}, 2, 0.5), 1.0 / 55);
}

// The share p of the time both kinds are busy, the rest the one that lacks time: by hand, for many p.
TEST(SharedCores, NoMixDoesMore) {
  constexpr double kSpeed = 0.7;
  for (const double second : {5.0, 20.0, 50.0, 90.0}) {
    const double bound = bound_on_shared_cores({{.work = 50}, {.work = second}}, 2, kSpeed);
    double most = 0;
    for (int i = 0; i <= 1000; ++i) {
      const double both = i / 1000.0;
      for (int j = 0; j <= 1000; ++j) {
        const double first_alone = (1 - both) * j / 1000.0;
        const double rate =
            std::min((both * kSpeed + first_alone) / 50, (both * kSpeed + (1 - both - first_alone)) / second);
        most = std::max(most, rate);
      }
    }
    expect_bound(bound, most);
  }
}

TEST(SharedCores, NoPolicyIsBoundedHigherThanTheFreest) {
  Testbed testbed;
  testbed.targets = 32;
  testbed.guest.vcpus = 8;
  const double bound = bound_of_any_policy(testbed);
  for (const std::string& policy : Registry<PolicyEntry>::instance().names()) {
    testbed.guest.policy = policy;
    EXPECT_EQ(bound_of_any_policy(testbed), bound) << policy;
  }
  // Cores that are not shared leave the network's bound, which decisions lower.
  testbed.hardware.threads_per_core = 1;
  testbed.guest.policy = "round_robin";
  EXPECT_GE(bound_of_any_policy(testbed), bound_on_iops(testbed));
  EXPECT_GT(bound_of_any_policy(testbed), bound);
}

}  // namespace
}  // namespace vqlab

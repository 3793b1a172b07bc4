#include <cmath>
#include <gtest/gtest.h>

#include "tests/support/in_child.hpp"
#include "tests/support/small_pipeline.hpp"

// Slow: the actors' stacks and the library that switches them are nothing for the sanitizers.

namespace vqlab {
namespace {

// The main loop is the bottleneck: 6.5 us an I/O, drawn as 3.5 + 3 us of Erlang-4, so that the standard deviation of
// the time for n I/Os is sqrt(3.5^2 + 3^2) / 2 / 6.5 / sqrt(n) = 0.35 / sqrt(n) of it. With n = 15,000 the 95 % limit
// of the difference of two independent runs is 0.8 %; common draws make it smaller still.
TEST(SmallPipelineSlow, CoroutinesAndActorsAgree) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const test::SmallPipeline pipeline{.seed = seed};
    const auto coroutines = test::in_child([&] { return test::run_as_coroutines(pipeline); });
    const auto actors = test::in_child([&] { return test::run_as_actors(pipeline); });
    const double ratio = static_cast<double>(coroutines.ios) / static_cast<double>(actors.ios);
    EXPECT_GT(actors.ios, 10'000U);
    EXPECT_NEAR(ratio, 1.0, 0.01) << "seed " << seed;
  }
}

// Without a bottleneck that hides the rest: many CPUs, few jobs.
TEST(SmallPipelineSlow, CoroutinesAndActorsAgreeOnAnIdleMachine) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const test::SmallPipeline pipeline{
        .targets = 4, .depth = 1, .vcpus = 8, .shape = Shape::kExponential, .seed = seed, .length = 150ms};
    const auto coroutines = test::in_child([&] { return test::run_as_coroutines(pipeline); });
    const auto actors = test::in_child([&] { return test::run_as_actors(pipeline); });
    EXPECT_GT(actors.ios, 10'000U);
    EXPECT_NEAR(static_cast<double>(coroutines.ios) / static_cast<double>(actors.ios), 1.0, 0.01) << "seed " << seed;
  }
}

}  // namespace
}  // namespace vqlab

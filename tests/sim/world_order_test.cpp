// A whole testbed under another order of steps than the calendar's own.
#include <array>
#include <cmath>
#include <gtest/gtest.h>

#include "sim/engine/causal_order.hpp"
#include "sim/experiment/world.hpp"
#include "tests/support/in_child.hpp"
#include "tests/support/step_orders.hpp"

namespace vqlab::sim {
namespace {

struct Totals {
  std::array<std::uint64_t, kCounts> counts{};
  std::int64_t lock_wait = 0;
  std::int64_t main_loop_busy = 0;
  std::int64_t workers_busy = 0;
  double bus_bytes = 0;
  std::uint64_t steps = 0;

  friend bool operator==(const Totals&, const Totals&) = default;
};

Totals run(const Testbed& testbed, std::uint64_t seed, Duration length, StepOrder* order = nullptr) {
  World world(testbed, seed, order);
  world.simgrid().add_actor("run control", "host", SimGridWorld::Kind::kActor, [length](CoarseActor& actor) {
    for (Duration time{0}; time < length; time += 1ms) actor.sleep(1ms);
  });
  world.simgrid().run();
  return {.counts = world.counters().totals,
          .lock_wait = world.guest().lock_wait().count(),
          .main_loop_busy = world.server().busy_times().front().count(),
          .workers_busy = world.server().aios().front()->pool_times().awake.count(),
          .bus_bytes = world.memory_bus().bytes_moved(),
          .steps = world.simgrid().calendar().steps_run()};
}

Testbed testbed_of(std::uint32_t targets, const std::string& driver) {
  Testbed testbed;
  testbed.targets = targets;
  testbed.guest.driver = driver;
  return testbed;
}

TEST(WorldOrder, WheelAndTreeRunIdentically) {
  for (const Testbed& testbed : {testbed_of(2, "before"), testbed_of(16, "before"), testbed_of(16, "multiqueue")}) {
    const Totals by_wheel = test::in_child([&] { return run(testbed, 1, 20ms); });
    const Totals by_tree = test::in_child([&] {
      test::TreeOrder tree;
      return run(testbed, 1, 20ms, &tree);
    });
    const Totals with_causes = test::in_child([&] {
      CausalOrder order;
      return run(testbed, 1, 20ms, &order);
    });
    EXPECT_EQ(by_wheel, by_tree);
    EXPECT_EQ(by_wheel, with_causes);
    EXPECT_GT(by_wheel.counts[static_cast<std::size_t>(Count::kCompleted)], 400U);
  }
}

// With constant costs the order of ties alone can move a result by several percent. Random ones leave nothing of that
// but the noise of the draws themselves, which reach other requests in another order: 1.3 % over 6,000 requests, so 0.3
// % over these 120,000.
TEST(WorldOrder, SlowTheOrderOfTiesDoesNotMatterOnceCostsAreRandom) {
  const Testbed testbed = testbed_of(8, "multiqueue");
  const auto completed = [&](StepOrder* order) {
    return test::in_child([&] { return static_cast<double>(run(testbed, 3, 2s, order).counts[0]); });
  };
  const double fifo = completed(nullptr);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    test::TreeOrder shuffled(RandomStream(seed, "ties"));
    EXPECT_NEAR(completed(&shuffled) / fifo, 1.0, 0.01) << fifo;
  }
}

}  // namespace
}  // namespace vqlab::sim

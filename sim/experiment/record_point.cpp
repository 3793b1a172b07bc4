#include "sim/experiment/record_point.hpp"

#include <string>

#include "models/testbed/guest_driver.hpp"
#include "models/testbed/running_jobs.hpp"
#include "sim/experiment/recorder.hpp"
#include "sim/experiment/run_point.hpp"
#include "sim/experiment/world.hpp"

namespace vqlab {

Duration recorded_from(const Testbed& testbed) {
  constexpr Duration kSettled = 20ms;
  return steady_from(testbed) + kSettled;
}

Recording record_point(const Testbed& testbed, std::uint64_t seed, Duration from, Duration to) {
  sim::Recorder recorder(Instant{} + from, Instant{} + to);
  sim::World world(testbed, seed, nullptr, &recorder);
  recorder.attach(world.machine(), world.guest(), world.testbed().luns_per_target);
  world.simgrid().add_actor("run control", "host", sim::SimGridWorld::Kind::kActor,
                            [&](sim::CoarseActor& actor) { (void)actor.sleep_unless_woken(to); });
  world.simgrid().run();
  if (world.now() <= Instant{} + from)
    throw NothingMeasured("its jobs were over after " + std::to_string(seconds(world.now() - Instant{})) +
                          " s, before the stretch that was to be recorded");
  world.stages().check(world.now());
  if (order_promise(testbed) != OrderPromise::kNone && world.counters().total(sim::Count::kReorders) > 0)
    throw OrderBroken("policy " + testbed.guest.policy + " promises order, but the device took commands out of order");
  return recorder.take();
}

}  // namespace vqlab

#include "tests/bench/hold_model.hpp"

#include <vector>

#include "models/base/cost.hpp"
#include "sim/engine/process.hpp"
#include "sim/engine/simgrid_world.hpp"
#include "tests/support/small_pipeline.hpp"

namespace vqlab::bench {
namespace {

// Enough that no pattern repeats in the wheel, few enough to stay in the second-level cache.
constexpr std::uint32_t kDelays = 1U << 14;

std::vector<std::uint32_t> draw_delays(Duration mean) {
  const CostSampler sampler({static_cast<double>(mean.count()), Shape::kExponential});
  RandomStream random(1, "holds");
  std::vector<std::uint32_t> delays(kDelays);
  for (std::uint32_t& delay : delays) delay = static_cast<std::uint32_t>(sampler.sample(random).count());
  return delays;
}

class Holds {
 public:
  Holds(sim::Calendar& calendar, const HoldModel& model)
      : calendar_(calendar), delays_(draw_delays(model.mean)), processes_(calendar) {
    for (std::uint32_t i = 0; i < model.processes; ++i) processes_.start(hold());
  }

 private:
  sim::Process hold() {
    while (true) co_await calendar_.sleep(Duration{delays_[next_++ % kDelays]});
  }

  sim::Calendar& calendar_;
  std::vector<std::uint32_t> delays_;
  std::uint32_t next_ = 0;
  sim::ProcessGroup processes_;
};

}  // namespace

double holds_inside_simgrid(const HoldModel& model) {
  sim::SimGridWorld world({{"host", 1, 1e9, 0}});
  const Holds holds(world.calendar(), model);
  double rate = 0;
  world.add_actor("run control", "host", sim::SimGridWorld::Kind::kActor, [&](sim::CoarseActor& actor) {
    actor.sleep(model.mean * 10);
    const std::uint64_t before = world.calendar().steps_run();
    const double begin = test::cpu_seconds();
    // The batches of a study's run control.
    for (Duration left = model.length; left > Duration{0}; left -= 1ms) actor.sleep(1ms);
    const double end = test::cpu_seconds();
    rate = static_cast<double>(world.calendar().steps_run() - before) / (end - begin);
  });
  world.run();
  return rate;
}

double holds_on_bare_calendar(const HoldModel& model) {
  sim::Calendar calendar;
  const Holds holds(calendar, model);
  calendar.run_until(calendar.now() + model.mean * 10);
  const std::uint64_t before = calendar.steps_run();
  const double begin = test::cpu_seconds();
  calendar.run_until(calendar.now() + model.length);
  const double end = test::cpu_seconds();
  return static_cast<double>(calendar.steps_run() - before) / (end - begin);
}

}  // namespace vqlab::bench

#include "tests/bench/whole_pipeline.hpp"

#include <algorithm>

#include "models/scsi/lun.hpp"
#include "sim/experiment/world.hpp"
#include "tests/support/small_pipeline.hpp"

namespace vqlab::bench {

WholePipelineRun run_whole_pipeline(const WholePipeline& pipeline) {
  Testbed testbed;
  testbed.targets = pipeline.targets;
  testbed.controller.devices = std::max(4u, (pipeline.targets + scsi::kMaxTarget) / (scsi::kMaxTarget + 1));
  testbed.controller.virtqueue_size = 1024;
  testbed.job.loops = 1'000'000;
  sim::World world(testbed, 1);
  WholePipelineRun run;
  world.simgrid().add_actor("run control", "host", sim::SimGridWorld::Kind::kActor, [&](sim::CoarseActor& actor) {
    const auto completed = [&world] { return world.counters().total(sim::Count::kCompleted); };
    actor.sleep(pipeline.warm_up);
    const WholePipelineRun begin{completed(), world.simgrid().calendar().steps_run(), test::cpu_seconds()};
    for (Duration time{0}; time < pipeline.length; time += 1ms) actor.sleep(1ms);
    run = {completed() - begin.ios, world.simgrid().calendar().steps_run() - begin.steps,
           test::cpu_seconds() - begin.cpu_s};
  });
  world.simgrid().run();
  return run;
}

}  // namespace vqlab::bench

// How a thread of the host tells the guest of used buffers: by an interrupt, if the driver wants one.
#pragma once

#include <optional>

#include "models/testbed/serving_steps.hpp"
#include "sim/host/device_queues.hpp"
#include "sim/host/serving_thread.hpp"

namespace vqlab::sim {

class Announcer {
 public:
  // References must outlive the object.
  Announcer(Machine& machine, const ServingSteps<CostSampler>& steps, ServingThread& thread)
      : machine_(machine), steps_(steps), thread_(thread) {}

  // The request is in the used ring of its queue: its stage kCompletion ends.
  void pushed(HostQueue& queue, StageRecord& stages) {
    machine_.stages.end<Stage::kCompletion>(stages, machine_.calendar.now());
    queue.unannounced.push_back(&stages);
  }

  // What injecting the interrupt takes for all that was pushed since the last call, or nothing if the driver wants
  // none.
  [[nodiscard]] std::optional<Duration> begin(HostQueue& queue) {
    if (!queue.ring.should_interrupt()) {
      for (StageRecord* const stages : queue.unannounced) {
        stages->serve<Stage::kInjection>(Duration{0});
        machine_.stages.end<Stage::kInjection>(*stages, machine_.calendar.now());
      }
      queue.unannounced.clear();
      return std::nullopt;
    }
    const Duration inject = steps_.inject(thread_);
    for (StageRecord* const stages : queue.unannounced) stages->serve<Stage::kInjection>(inject);
    return inject;
  }

  // That time is over. The result is owed: waking a halted vCPU.
  [[nodiscard]] Duration end(HostQueue& queue) {
    // The driver may have seen them before it was told.
    for (StageRecord* const stages : queue.unannounced)
      machine_.stages.end_if_in<Stage::kInjection>(*stages, machine_.calendar.now());
    queue.unannounced.clear();
    machine_.count_interrupt(queue.line);
    return machine_.guest->interrupted(queue.line) ? thread_.draw(machine_.wake_thread) : Duration{0};
  }

 private:
  Machine& machine_;
  const ServingSteps<CostSampler>& steps_;
  ServingThread& thread_;
};

}  // namespace vqlab::sim

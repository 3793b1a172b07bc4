// What the steps of one request take on average, read from a testbed.
#pragma once

#include <concepts>

#include "models/testbed/serving_steps.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// A step's mean in ns and its squared coefficient of variation.
struct StepTime {
  double mean = 0;
  double cv2 = 0;

  StepTime() = default;
  StepTime(double step_mean, double step_cv2) : mean(step_mean), cv2(step_cv2) {}
  StepTime(const Cost& cost, double speed) : StepTime(cost.mean_ns / speed, squared_variation(cost.shape)) {}

  [[nodiscard]] double variance() const { return cv2 * mean * mean; }
};

// Parts of one shape vary together, as they are drawn; others by themselves.
[[nodiscard]] StepTime sum_of(const StepTime& step, const StepTime& part);

// Adds up the steps of ServingSteps<StepTime> and GuestSteps<StepTime>.
struct MeanMeter {
  using Times = double;
  struct Part {
    const StepTime& step;
    double count;
  };
  template <std::same_as<Part>... Parts>
  [[nodiscard]] static StepTime draw(StepTime total, const Parts&... parts) {
    ((total = sum_of(total, {parts.step.mean * parts.count, parts.step.cv2})), ...);
    return total;
  }
  [[nodiscard]] static StepTime draw_times(const StepTime& step, double count) { return {step.mean * count, step.cv2}; }
};

// Mean CPU times in ns, on a CPU that has its core for itself, for a request of mean size and for nothing else than
// what the name says; what is a latency, during which no CPU works, is called so.
struct MeanSteps {
  explicit MeanSteps(const Testbed& testbed);

  ServingSteps<StepTime> serving;

  // Of the workload, averaged over the sizes.
  double bytes = 0;
  double pages = 0;

  // Guest, in the order of a request's way.
  double submit = 0;       // io_submit down to the queue's lock, the lines of the host lock apart
  double host_lines = 0;   // lines that move with the host lock, if another vCPU held it
  double add = 0;          // under the queue's lock
  double queue_lines = 0;  // lines that move with the queue's lock, if another vCPU held it
  double line = 0;         // of a lock's own, for each that spins
  double kick = 0;
  double interrupt = 0;     // each, its entries apart
  double entry = 0;         // each used buffer of mean size, under the queue's lock
  double remote_entry = 0;  // and so much more if another vCPU submitted it
  double ipi_send = 0;
  double ipi_receive = 0;
  double complete = 0;                  // softirq, host locks included, their lines apart
  double host_locks_on_completion = 0;  // times that it takes the host lock
  double host_lock_held = 0;            // all times together; 0: there is none
  double wake_process = 0;
  double switch_process = 0;  // to another process than ran last, cold caches included
  double reap_call = 0;
  double reap_event = 0;
  double most_reaped = 1;  // requests, by one call
  double halt_cpu = 0;
  double halt_latency = 0;  // a latency
  bool rq_affinity = true;

  // Main loop.
  StepTime iteration;  // with the poll of every descriptor
  double pop = 0;      // waking a worker included
  double drain = 0;    // each look into a ring that was kicked, its requests apart
  double bottom_half = 0;
  double inject = 0;
  double wake_thread = 0;
  // Of a request, for so many entries of the list that are looked at.
  [[nodiscard]] double finish(double scanned) const {
    MeanMeter meter;
    return serving.finish(meter, scanned).mean;
  }
  double loop_wakeup = 0;  // a latency

  // Worker.
  StepTime worker;         // CPU
  StepTime worker_wakeup;  // a latency
  StepTime cstate;         // a latency: the deepest
  double cstate_ramp = 0;
  double copied_bytes = 0;
  double copied_bytes_cv2 = 0;
  double copy_rate = 0;  // bytes/ns, one copy
  double bus_rate = 0;   // bytes/ns, all copies
};

}  // namespace vqlab

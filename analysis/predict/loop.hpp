// QEMU's main loop as one server that works in iterations, each of which serves all that it finds.
#pragma once

#include "models/bounds/mean_steps.hpp"

namespace vqlab {

// What the rest of the machine does to the loop.
struct LoopLoad {
  double requests = 1;       // in flight, all of them
  double queues = 1;         // that they are in
  double throughput = 0;     // requests/ns
  double slowdown = 1;       // of CPU work
  double per_iteration = 1;  // requests that an iteration serves
  double interrupts = 0;     // injected, for each request
  double halted = 0;         // share of them that wake a halted vCPU
  double asleep = 0;         // probability that the loop sleeps after an iteration
  double idle = 0;           // ns for which it sleeps then
  double idle_cpu = 0;       // ns for which a physical CPU idles before a worker takes it
};

// Times in ns that follow from it.
class LoopTimes {
 public:
  LoopTimes(const MeanSteps& steps, const LoopLoad& load, double worker_threads);

  double iteration = 0;  // the poll alone, slowed down
  double ready = 0;      // share of the queues that an iteration drains
  double pop = 0;        // for each request, with its share of the drains
  double finish = 0;
  double bottom_half = 0;  // with its share of the injections
  double wake_vcpu = 0;    // of that, what comes after the injection
  double cycle = 0;        // of one iteration with all that it serves
  double wakeup = 0;       // from an event to the first instruction of a loop that slept
  double wakes = 0;        // for each request: kicks that wake the loop
  double worker = 0;       // from the end of the pop until the data is moved
  double copy = 0;         // of that, on the memory bus

  // Service of one request, the polls apart.
  [[nodiscard]] double service() const { return pop + finish + bottom_half; }
  // Rest of a poll that an event finds under way.
  [[nodiscard]] double rest_of_poll() const { return iteration * (1 + poll_cv2_) / 2; }
  // From the pop of a request that nothing follows to the look that finds it served: its worker or a whole poll,
  // whichever takes longer, and another poll with the probability that the first one came too early, `share` of which
  // counts.
  [[nodiscard]] double poll_or_worker(double before_look, double share) const;
  // From a kick that finds the loop awake to the pops of an iteration that drains its queue.
  [[nodiscard]] double wait_awake(double between) const;
  // From the kick to the end of the bottom half, for requests of which `clump` go round together while the others are
  // anywhere.
  [[nodiscard]] double response(double clump) const;

 private:
  LoopLoad load_;
  double poll_cv2_;
  double worker_sd_;
};

}  // namespace vqlab

// The analytic answer: what a testbed does, without simulating it.
//
// The simulated machine is no network of product form: its loop serves in batches, and a queue's lock is held until
// its ring is drained. So the stages of a request's way are added up as mean values, each as docs/how-to/predict.md
// derives it, and what the stages make of each other (how many requests an iteration serves, how many go round
// together, how busy CPUs slow each other down) is the fixed point. No parameter is fitted to anything.
#pragma once

#include <string>
#include <vector>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// A server and the share of its time for which it works.
struct StationLoad {
  std::string name;
  double utilization = 0;
};

struct Prediction {
  double iops = 0;
  double bandwidth_mib_per_s = 0;
  double latency_mean_us = 0;
  double bound_iops = 0;              // no machine with these costs does more
  std::vector<StationLoad> stations;  // main loop, each vCPU, busiest queue lock, workers, memory bus
  double interrupts_per_io = 0;
  double kicks_per_io = 0;
  bool settled = true;  // the fixed point was found

  // The busiest one. Precondition: there are stations.
  [[nodiscard]] const StationLoad& bottleneck() const;
};

// Precondition: not_modelled() finds nothing in the testbed.
[[nodiscard]] Prediction predict(const Testbed& testbed);

}  // namespace vqlab

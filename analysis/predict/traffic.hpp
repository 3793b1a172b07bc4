// Where a testbed's requests go: which vCPU submits them, which queue they take, which vCPU is interrupted for them.
#pragma once

#include <cstdint>
#include <vector>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// Means, over a long time, of the requests that are in flight.
struct QueueTraffic {
  std::uint32_t interrupted = 0;         // vCPU
  std::vector<double> requests_of_vcpu;  // by the vCPU that submits
  double requests = 0;                   // of all of them
};

struct Traffic {
  std::vector<std::uint32_t> processes_of_vcpu;  // where load balancing or pinning has put them
  std::vector<QueueTraffic> queues;              // of all devices, those that are used
};

// The policy itself is asked: each process submits from its vCPU, in an order drawn at random but the same every time.
// Precondition: see not_modelled().
[[nodiscard]] Traffic traffic_of(const Testbed& testbed);

}  // namespace vqlab

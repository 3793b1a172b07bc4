// What the guest's locks cost beside the work under them.
#pragma once

#include "models/testbed/testbed.hpp"
#include "sim/engine/sync.hpp"

namespace vqlab::sim {

// Of a lock that protects `lines` cache lines.
[[nodiscard]] inline LockTransfers lock_transfers(const Testbed& testbed, double lines, ResourceId lock) {
  const Cost& line = testbed.guest_costs.line_transfer_ns;
  const double speed = testbed.hardware.speed();
  return {CostSampler(line, speed), CostSampler(line * lines, speed), lock};
}

}  // namespace vqlab::sim

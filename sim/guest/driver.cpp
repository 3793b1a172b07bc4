#include "sim/guest/driver.hpp"

#include "sim/guest/driver_code.hpp"

namespace vqlab::sim {

LockTransfers lock_transfers(const Testbed& testbed, double lines, ResourceId lock) {
  const Cost& line = testbed.guest_costs.line_transfer_ns;
  const double speed = testbed.hardware.speed();
  return {CostSampler(line, speed), CostSampler(line * lines, speed), lock};
}

template class BasicVirtioScsiDriver<SimPlatform>;

}  // namespace vqlab::sim

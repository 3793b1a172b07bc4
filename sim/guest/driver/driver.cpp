#include "sim/guest/driver/driver.hpp"

#include "sim/guest/driver/driver_before.hpp"
#include "sim/guest/driver/driver_blk_mq.hpp"
#include "sim/guest/driver/driver_code.hpp"
#include "sim/guest/driver/driver_series_code.hpp"
#include "sim/guest/scsi_layer.hpp"

namespace vqlab::sim {

LockTransfers lock_transfers(const Testbed& testbed, double lines, ResourceId lock) {
  const Cost& line = testbed.guest_costs.line_transfer_ns;
  const double speed = testbed.hardware.speed();
  return {CostSampler(line, speed), CostSampler(line * lines, speed), lock};
}

template class BasicVirtioScsiDriver<SimPlatform>;
template class BasicSeriesDriver<SimPlatform>;

std::unique_ptr<VirtioScsiDriver> make_driver(Machine& machine, const Testbed& testbed, LineIndex first_line,
                                              IndirectTablePool& tables, std::vector<Command>& commands,
                                              std::uint64_t seed) {
  if (testbed.guest.driver == "before")
    return std::make_unique<BeforeDriver>(machine, testbed, first_line, tables, commands, seed);
  if (testbed.guest.driver == "blk_mq")
    return std::make_unique<BlkMqDriver>(machine, testbed, first_line, tables, commands, seed);
  return std::make_unique<SeriesDriver>(machine, testbed, first_line, tables, commands, seed);
}

}  // namespace vqlab::sim

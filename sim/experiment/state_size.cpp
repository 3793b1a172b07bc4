#include "sim/experiment/state_size.hpp"

#include "sim/experiment/ordering_observer.hpp"
#include "sim/guest/fio_process.hpp"
#include "sim/guest/guest.hpp"
#include "sim/host/host_request.hpp"

namespace vqlab {

std::uint64_t state_bytes(const Testbed& testbed) {
  const sim::GuestLayout layout(testbed);
  const std::uint64_t requests = layout.commands;
  const std::uint64_t luns = std::uint64_t{testbed.targets} * testbed.luns_per_target;
  const std::uint64_t queues =
      std::uint64_t{testbed.controller.devices} * testbed.controller.queues(testbed.guest.vcpus);
  // Both sides keep a table beside the ring with an entry for each of its descriptors.
  const std::uint64_t queue_bytes = sizeof(sim::VirtioScsiDriver::RequestQueue) + layout.ring_stride +
                                    2 * testbed.controller.virtqueue_size * sizeof(Descriptor);
  return requests * (sizeof(sim::Command) + sizeof(sim::StageRecord) + sizeof(sim::HostRequest) +
                     sim::OrderingObserver::kBytesPerRequest) +
         luns * (sizeof(sim::LogicalUnit) + sim::OrderingObserver::kBytesPerUnit) +
         testbed.processes() * sizeof(sim::FioProcess) + testbed.targets * sizeof(sim::Target) + queues * queue_bytes +
         (layout.end - layout.tables);
}

}  // namespace vqlab

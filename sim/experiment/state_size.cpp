#include "sim/experiment/state_size.hpp"

#include <algorithm>

#include "models/testbed/controllers.hpp"
#include "sim/experiment/ordering_observer.hpp"
#include "sim/guest/fio_process.hpp"
#include "sim/guest/guest.hpp"
#include "sim/host/host_request.hpp"

namespace vqlab {
namespace {

// More bytes than any machine has. What is accepted of each parameter may multiply to more than 64 bits.
constexpr double kNobodyHas = 1e18;

}  // namespace

std::uint64_t state_bytes(const Testbed& testbed) {
  const sim::GuestLayout layout(testbed);
  const double luns = double{1} * testbed.targets * testbed.luns_per_target;
  const double queues = double{1} * testbed.request_queues();
  const std::uint64_t request_bytes = sizeof(sim::Command) + sizeof(sim::StageRecord) + sizeof(sim::HostRequest) +
                                      sim::OrderingObserver::kBytesPerRequest + layout.table_slot_bytes +
                                      sim::GuestLayout::kHeaderStride;
  std::uint32_t largest_ring = 0;
  for (const PlacedController& one : placed_controllers(testbed))
    largest_ring = std::max(largest_ring, one.values.virtqueue_size);
  // Both sides keep a table beside the ring with an entry for each of its descriptors.
  const std::uint64_t queue_bytes = sizeof(sim::VirtioScsiDriver::RequestQueue) + layout.ring_stride +
                                    2 * std::uint64_t{largest_ring} * sizeof(Descriptor) +
                                    testbed.guest.vcpus * sim::Vcpu::kBytesPerLine;
  const double bytes = testbed.requests_in_flight() * static_cast<double>(request_bytes) +
                       luns * (sizeof(sim::LogicalUnit) + sim::OrderingObserver::kBytesPerUnit) +
                       double{1} * testbed.processes() * sizeof(sim::FioProcess) +
                       double{1} * testbed.targets * sizeof(sim::Target) + queues * static_cast<double>(queue_bytes);
  return static_cast<std::uint64_t>(std::min(bytes, kNobodyHas));
}

}  // namespace vqlab

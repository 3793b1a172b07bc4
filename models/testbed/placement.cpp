#include "models/testbed/placement.hpp"

#include <utility>

namespace vqlab {

std::vector<std::uint32_t> place(std::uint32_t processes, const std::vector<double>& shares) {
  std::vector<std::uint32_t> homes;
  homes.reserve(processes);
  std::vector<std::uint32_t> load(shares.size());
  for (std::uint32_t process = 0; process < processes; ++process) {
    std::uint32_t best = 0;
    for (std::uint32_t vcpu = 1; vcpu < shares.size(); ++vcpu)
      if (shares[vcpu] / (load[vcpu] + 1) > shares[best] / (load[best] + 1)) best = vcpu;
    ++load[best];
    homes.push_back(best);
  }
  return homes;
}

Placement::Placement(const Testbed& testbed, std::vector<std::uint32_t> order)
    : pinned_vcpus_(testbed.guest.pinned_vcpus),
      interrupt_vcpu_share_(testbed.guest.interrupt_vcpu_share),
      order_(std::move(order)) {}

std::vector<std::uint32_t> Placement::homes(std::uint32_t processes, std::uint32_t online,
                                            std::optional<VcpuId> interrupted) const {
  if (pinned_vcpus_ > 0) {
    std::vector<std::uint32_t> homes;
    for (std::uint32_t process = 0; process < processes; ++process) homes.push_back(process % pinned_vcpus_);
    return homes;
  }
  std::vector<double> shares(online, 1.0);
  if (interrupted) shares[interrupted->index()] = interrupt_vcpu_share_;
  if (order_.empty()) return place(processes, shares);
  std::vector<double> in_order;
  for (const std::uint32_t vcpu : order_) in_order.push_back(shares[vcpu]);
  std::vector<std::uint32_t> homes = place(processes, in_order);
  for (std::uint32_t& home : homes) home = order_[home];
  return homes;
}

}  // namespace vqlab

#include "analysis/predict/placement.hpp"

namespace vqlab {
namespace {

// What a vCPU that serves all interrupts has left for processes where interrupts are the limit, about.
constexpr double kInterruptedShare = 0.2;

}  // namespace

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

std::vector<std::uint32_t> balanced_vcpus(const Testbed& testbed, std::optional<VcpuId> interrupted) {
  const GuestConfig& guest = testbed.guest;
  const bool pinned = guest.pinned_vcpus > 0;
  std::vector<double> shares(pinned ? guest.pinned_vcpus : guest.vcpus, 1.0);
  const bool balances = !pinned && guest.balance_interval_ns > 0 && guest.irq_time_accounting;
  if (balances && interrupted) shares[interrupted->index()] = kInterruptedShare;
  return place(testbed.processes(), shares);
}

}  // namespace vqlab

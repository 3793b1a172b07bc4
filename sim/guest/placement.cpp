#include "sim/guest/placement.hpp"

namespace vqlab::sim {

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

}  // namespace vqlab::sim

// Where the guest's load balancing, or pinning, has put processes that run for a long time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/ids.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// The vCPU of each of `processes` processes on vCPUs that have these shares of their time left for them: one after the
// other goes where it gets most, the first of equals. Precondition: shares are above 0.
[[nodiscard]] std::vector<std::uint32_t> place(std::uint32_t processes, const std::vector<double>& shares);

class Placement {
 public:
  // `order`: in which order processes that are not pinned are put on vCPUs; empty: by number.
  explicit Placement(const Testbed& testbed, std::vector<std::uint32_t> order = {});

  // The vCPU of each process while the first `online` vCPUs are. `interrupted`: the one that serves all interrupts, if
  // there is one.
  [[nodiscard]] std::vector<std::uint32_t> homes(std::uint32_t processes, std::uint32_t online,
                                                 std::optional<VcpuId> interrupted) const;

 private:
  std::uint32_t pinned_vcpus_;
  double interrupt_vcpu_share_;
  std::vector<std::uint32_t> order_;
};

}  // namespace vqlab

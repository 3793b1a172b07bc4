// Where processes are after a long time of load balancing, or pinned.
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

// Of all the testbed's processes. `interrupted`: the vCPU that serves all interrupts, if there is one.
[[nodiscard]] std::vector<std::uint32_t> balanced_vcpus(const Testbed& testbed, std::optional<VcpuId> interrupted);

}  // namespace vqlab

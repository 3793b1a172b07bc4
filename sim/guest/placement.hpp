// Where the guest's load balancing has put processes that run for a long time.
#pragma once

#include <cstdint>
#include <vector>

namespace vqlab::sim {

// The vCPU of each of `processes` processes on vCPUs that have these shares of their time left for them: one after the
// other goes where it gets most, the first of equals. Precondition: shares are above 0.
[[nodiscard]] std::vector<std::uint32_t> place(std::uint32_t processes, const std::vector<double>& shares);

}  // namespace vqlab::sim

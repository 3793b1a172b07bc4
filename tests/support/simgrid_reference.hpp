// What SimGrid itself says, for tests that may not include its headers.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/units.hpp"

namespace vqlab::test {

struct BusTransfer {
  Instant begin;
  std::uint64_t bytes = 0;
};

// When each transfer ends, in nanoseconds, by SimGrid's own solver of shared resources: executions of one flop for each
// byte on a host with one core, each bounded to the flow's cap. Rates in bytes per ns. Makes this process's engine.
[[nodiscard]] std::vector<double> transfer_ends_by_simgrid(const std::vector<BusTransfer>& transfers,
                                                           double total_bytes_per_ns, double flow_bytes_per_ns);

// Models of this process's engine that may be asked only once for their next event. Precondition: there is an engine.
[[nodiscard]] std::uint32_t models_asked_once();

}  // namespace vqlab::test

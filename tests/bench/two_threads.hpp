// A ring between two threads that really run at the same time.
#pragma once

#include <cstdint>

namespace vqlab::bench {

// Buffers per second of wall time that a driver and a device on two cores pass around a split ring of 256 entries with
// event index, both polling: the driver adds while there is room, the device hands back whatever it finds.
[[nodiscard]] double exchange_rate(std::uint64_t buffers);

}  // namespace vqlab::bench

// How much memory a world needs, before it is built.
#pragma once

#include <cstdint>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// What grows with the testbed: requests in flight, LUNs, processes and rings. In bytes.
[[nodiscard]] std::uint64_t state_bytes(const Testbed& testbed);

}  // namespace vqlab

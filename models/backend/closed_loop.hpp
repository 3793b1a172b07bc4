// A device alone, under a load that keeps so many requests in flight: no host, no guest, no time between the end of a
// request and the next one.
#pragma once

#include <cstdint>

#include "models/backend/device.hpp"
#include "models/base/rng.hpp"

namespace vqlab {

struct ClosedLoop {
  std::uint32_t depth = 1;
  std::uint32_t bytes = 4096;
  std::uint32_t read_percent = 100;
  bool sequential = false;
  std::uint64_t span_bytes = std::uint64_t{1} << 40;  // of random addresses
  std::uint32_t requests = 20000;                     // measured, after a fifth as many
};

// Requests in a second.
[[nodiscard]] double iops_alone(StorageDevice& device, const ClosedLoop& load, RandomStream random);

}  // namespace vqlab

// A request on its way through the host process.
#pragma once

#include <cstdint>

#include "models/virtqueue/split_device.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

// Reused for request after request; in at most one list at a time.
struct HostRequest {
  LineIndex queue = 0;
  Chain chain;
  std::uint64_t data_bytes = 0;
  std::uint64_t sequence = 0;  // when it was taken, counted in requests of its thread pool
  HostRequest* next = nullptr;
};

}  // namespace vqlab::sim

// A request on its way through the host.
#pragma once

#include <cstdint>

#include "models/backend/backend.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

struct ThrottleInbox;

// Reused for request after request; `next` is in at most one list at a time.
struct HostRequest {
  LineIndex queue = 0;
  StageRecord* stages = nullptr;     // of the command
  std::uint32_t tag = 0;             // of the command; this and the next one are set if Machine::hand_overs is
  std::uint32_t lines = 0;           // that are read to take it
  std::uint16_t head = 0;            // of its descriptor chain
  std::uint64_t response_addr = 0;   // guest-physical address of the response header
  std::uint64_t writable_bytes = 0;  // response header and data to be read
  std::uint64_t data_bytes = 0;      // of a trim those of the list of what to unmap
  bool slow = false;                 // its target is
  bool served = false;               // its data has been moved
  DeviceRequest at_device;           // if the back end is one
  HostRequest* next = nullptr;
  HostRequest* newer = nullptr;  // of what its thread has submitted, if that keeps a list
  HostRequest* older = nullptr;
  ThrottleInbox* inbox = nullptr;  // of the thread that it goes on with, if its disk's limits hold it back

  // Bytes that the back end moves.
  [[nodiscard]] std::uint64_t moved_bytes() const noexcept {
    return at_device.task == DeviceTask::kTransfer ? data_bytes : 0;
  }
};

}  // namespace vqlab::sim

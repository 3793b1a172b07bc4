// What is found when our driver's classes are run against QEMU's device.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/ring/qemu/combination.hpp"

namespace vqlab::qemu {

// How a combination fared.
struct Findings {
  Combination combination;
  std::uint32_t most_queues = 0;       // it was run with 1 to so many request queues
  std::uint64_t commands = 0;          // that came back
  std::uint64_t full_rings = 0;        // rings filled up until they refused a command
  std::uint64_t kicks = 0;             // that the driver counts
  std::uint64_t kicks_seen = 0;        // that the device counts
  std::uint64_t interrupts = 0;        // that the device counts
  std::uint64_t interrupts_taken = 0;  // that the driver counts: several may be taken as one
  std::chrono::duration<double> took{};
  std::vector<std::string> faults{};  // each says what was done, found and expected

  [[nodiscard]] bool passed() const noexcept { return faults.empty(); }
};

}  // namespace vqlab::qemu

// Our driver's classes against QEMU's device: everything that one combination is put through.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/ring/qemu/combination.hpp"
#include "analysis/ring/qemu/virtual_machine.hpp"

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

// The machine that examine() needs: disks at these places, and one that can be plugged in.
[[nodiscard]] MachineOptions examined_machine(const std::string& binary, RingFormat ring);

// With 1 to 8 request queues each: features, set-up, unit attention, INQUIRY, READ CAPACITY, READ and WRITE with 1 to
// 16 segments, rings filled up, commands to what is not there. With 8 also task management, disks plugged and
// unplugged, and more commands than ring indices have values. What differs from what is expected goes to the faults; so
// does what ends the examination early.
[[nodiscard]] Findings examine(VirtualMachine& machine, const Combination& combination);

}  // namespace vqlab::qemu

// Our driver's classes against QEMU's device: everything that one combination is put through.
#pragma once

#include <string>

#include "analysis/ring/qemu/combination.hpp"
#include "analysis/ring/qemu/findings.hpp"
#include "analysis/ring/qemu/virtual_machine.hpp"

namespace vqlab::qemu {

// The machine that examine() needs: disks at these places, and one that can be plugged in.
[[nodiscard]] MachineOptions examined_machine(const std::string& binary, RingFormat ring);

// With 1 to 8 request queues each: features, set-up, unit attention, INQUIRY, READ CAPACITY, READ and WRITE with 1 to
// 16 segments, rings filled up, commands to what is not there. With 8 also task management, disks plugged and
// unplugged, and more commands than ring indices have values. What differs from what is expected goes to the faults; so
// does what ends the examination early.
[[nodiscard]] Findings examine(VirtualMachine& machine, const Combination& combination);

}  // namespace vqlab::qemu

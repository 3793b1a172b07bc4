// A point's virtual machine as a command line of QEMU.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "analysis/scenario/section.hpp"

namespace vqlab {

struct QemuLine {
  std::vector<std::string> arguments;  // options with their values, as a shell takes them: "-smp 4"
  std::vector<std::string> disks;      // files that it opens, "t0l0.img"
  std::vector<std::string> needs;      // what this line needs beyond QEMU 7.2, a sentence each
  std::vector<std::string> notes;      // where QEMU's words mean something else, a sentence each
  std::set<std::string> said;          // paths of the parameters that the line says
};

// Target t and LUN l are a disk tTlL: its drive, its file without its end, and its device_id. Precondition: the point
// has passed the scenario's checks.
[[nodiscard]] QemuLine qemu_line(const PointSpec& spec);

}  // namespace vqlab

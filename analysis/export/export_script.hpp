// The script of an export.
#pragma once

#include <string>
#include <vector>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// A shell script beside job.fio and qemu.txt that makes these disks, boots a guest and runs fio in it.
[[nodiscard]] std::string export_script(const Testbed& testbed, const std::vector<std::string>& disks);

}  // namespace vqlab

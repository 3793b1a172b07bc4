// Disks of a virtual machine as targets, and what each disk says.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/formats/classed_option.hpp"
#include "analysis/formats/virtual_machine.hpp"

namespace vqlab {

struct PlacedDisks {
  std::vector<std::size_t> disk_of_target{};             // the first of its LUNs
  std::vector<std::vector<std::uint32_t>> targets_of{};  // of each controller; empty: nothing is on it
  std::uint32_t luns_per_target = 1;
  std::string aio{};  // of all disks; empty: none goes through QEMU's block layer

  [[nodiscard]] std::size_t targets() const { return disk_of_target.size(); }
};

// Targets in the order of controllers and SCSI addresses, or of the device_ids that `vqlab export` gives them. A
// controller of vhost-scsi has one target. If targets differ in their number of LUNs, or LUNs of a target in what their
// disks say, each LUN is a target.
[[nodiscard]] PlacedDisks place_disks(const VirtualMachine& machine, ImportedPart& part);

// targets, luns_per_target and disks.
void lower_disks(const VirtualMachine& machine, const PlacedDisks& placed, ImportedPart& part);

}  // namespace vqlab

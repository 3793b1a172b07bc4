// What a device is made of, from the figures of its data sheet: nothing else goes in. docs/models/backend.md has the
// derivation in words.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/backend/device.hpp"
#include "models/backend/hard_disk.hpp"
#include "models/backend/solid_state_device.hpp"

namespace vqlab {

// A figure that does not go with the others.
struct SheetFault {
  std::string figure;
  std::string accepted;
};

// All of them. The other functions have the precondition that there is none.
[[nodiscard]] std::vector<SheetFault> faults_of(const DeviceSheet& sheet);

// Precondition: the sheet's kind is "solid_state".
[[nodiscard]] SolidState solid_state_of(const DeviceSheet& sheet);
// Precondition: the sheet's kind is "hard_disk".
[[nodiscard]] HardDisk hard_disk_of(const DeviceSheet& sheet);

// What a request takes at least, whatever its address.
[[nodiscard]] DeviceLimit limit_of(const DeviceSheet& sheet, std::uint64_t bytes, bool write);

// The sheet of a device of which each request demands half as much of this resource. The latency of a random read is
// nearly all of it time of a unit, and stays.
[[nodiscard]] DeviceSheet halved(const DeviceSheet& sheet, ResourceId resource);

// Null if there is none: a device that takes no time.
[[nodiscard]] std::unique_ptr<StorageDevice> device_of(const DeviceSheet& sheet, std::uint32_t units,
                                                       RandomStream random);

}  // namespace vqlab

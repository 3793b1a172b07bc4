// The storage devices behind the back end, and which of them each disk is on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/backend/device.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/host/host_request.hpp"

namespace vqlab::sim {

class Storage {
 public:
  Storage(const Testbed& testbed, std::uint64_t seed);

  // The device that has the request's data; null if there is none, which takes no time.
  [[nodiscard]] StorageDevice* of(const HostRequest& request) const {
    if (by_unit_.empty()) return nullptr;
    return by_unit_[request.at_device.unit];
  }
  // What they can be short of: of one device after the other, always in the same order. Precondition: as of
  // StorageDevice::units().
  [[nodiscard]] std::vector<DeviceUnits> units(Instant now) const;

 private:
  std::vector<std::unique_ptr<StorageDevice>> devices_;
  std::vector<StorageDevice*> by_unit_;  // by number of the logical unit; empty: no device
};

}  // namespace vqlab::sim

#include "sim/host/storage.hpp"

#include <string>

#include "models/backend/backend.hpp"
#include "models/base/contract.hpp"

namespace vqlab::sim {

Storage::Storage(const Testbed& testbed, std::uint64_t seed) {
  const BackendEntry& backend = *Registry<BackendEntry>::instance().find(testbed.host.backend);
  if (backend.device == nullptr) return;
  const auto add = [&](std::uint32_t targets, const DeviceChoice& device, const std::string& stream) {
    const std::uint32_t units = targets * testbed.luns_per_target;
    auto made = backend.device({RandomStream(seed, stream), {testbed.parts, device.sheet()}, units});
    if (made == nullptr && !backend.by_sheet)
      contract_broken("back end " + testbed.host.backend, "its factory has made no device");
    by_unit_.insert(by_unit_.end(), units, made.get());
    if (made != nullptr) devices_.push_back(std::move(made));
  };
  std::uint32_t target = 0;
  if (backend.by_sheet) {
    for (const DiskGroup& group : testbed.disks) {
      const std::uint32_t together = group.shared ? group.targets : 1;
      for (const std::uint32_t end = target + group.targets; target < end; target += together)
        add(together, group.device, "host/device/" + std::to_string(target));
    }
  }
  if (target < testbed.targets) add(testbed.targets - target, testbed.host.device, "host/device");
  if (devices_.empty()) by_unit_.clear();
}

std::vector<DeviceUnits> Storage::units(Instant now) const {
  std::vector<DeviceUnits> all;
  for (const auto& device : devices_)
    for (const DeviceUnits& units : device->units(now)) all.push_back(units);
  return all;
}

}  // namespace vqlab::sim

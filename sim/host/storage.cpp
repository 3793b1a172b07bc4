#include "sim/host/storage.hpp"

#include <algorithm>
#include <string>

#include "models/backend/backend.hpp"
#include "models/base/contract.hpp"

namespace vqlab::sim {

Storage::Storage(const Testbed& testbed, std::uint64_t seed) {
  const BackendEntry& backend = *Registry<BackendEntry>::instance().find(testbed.host.backend);
  if (backend.device == nullptr) return;
  by_unit_.assign(std::size_t{testbed.targets} * testbed.luns_per_target, nullptr);
  const auto add = [&](const std::vector<std::uint32_t>& targets, const DeviceChoice& device,
                       const std::string& stream) {
    const std::uint32_t luns = testbed.luns_per_target;
    const auto units = static_cast<std::uint32_t>(targets.size()) * luns;
    auto made = backend.device({RandomStream(seed, stream), {testbed.parts, device.sheet()}, units});
    if (made == nullptr && !backend.by_sheet)
      contract_broken("back end " + testbed.host.backend, "its factory has made no device");
    if (made == nullptr) return;
    for (const std::uint32_t target : targets)
      for (std::uint32_t unit = target * luns; unit < (target + 1) * luns; ++unit) by_unit_[unit] = made.get();
    devices_.push_back(std::move(made));
  };
  std::uint32_t target = 0;
  std::vector<std::uint32_t> on_hosts;
  for (const DiskGroup& group : testbed.disks) {
    const bool own = backend.by_sheet && group.device;
    std::vector<std::uint32_t> together;
    for (const std::uint32_t end = target + group.targets; target < end; ++target) {
      (own ? together : on_hosts).push_back(target);
      if (!own || (group.shared && target + 1 < end)) continue;
      add(together, *group.device, "host/device/" + std::to_string(together.front()));
      together.clear();
    }
  }
  for (; target < testbed.targets; ++target) on_hosts.push_back(target);
  if (!on_hosts.empty()) add(on_hosts, testbed.host.device, "host/device");
  if (devices_.empty()) by_unit_.clear();
  make_caches(testbed);
}

void Storage::make_caches(const Testbed& testbed) {
  const auto has_cache = [](const DiskGroup& group) { return group.cache != "none"; };
  if (std::none_of(testbed.disks.begin(), testbed.disks.end(), has_cache)) return;
  caches_.resize(std::size_t{testbed.targets} * testbed.luns_per_target);
  std::size_t unit = 0;
  for (const DiskGroup& group : testbed.disks)
    for (std::uint32_t left = group.targets * testbed.luns_per_target; left > 0; --left, ++unit)
      if (has_cache(group))
        caches_[unit] = std::make_unique<DiskCache>(DiskCache{group.in_page_cache(), group.writes_through()});
}

std::vector<DeviceUnits> Storage::units(Instant now) const {
  std::vector<DeviceUnits> all;
  for (const auto& device : devices_)
    for (const DeviceUnits& units : device->units(now)) all.push_back(units);
  return all;
}

}  // namespace vqlab::sim

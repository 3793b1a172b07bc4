// The storage devices behind the back end, and which of them each disk is on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "models/backend/device.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/host/host_request.hpp"

namespace vqlab::sim {

// What the host's kernel and QEMU do about a disk beside its device.
struct DiskCache {
  static constexpr std::size_t kMostDirty = std::size_t{1} << 20;

  bool in_page_cache = false;   // every block of it
  bool writes_through = false;  // a write is over when it is on the device and flushed
  // Written and not on the device yet: bytes by offset. What the kernel writes back by itself takes no time of a
  // request.
  std::map<std::uint64_t, std::uint32_t> dirty{};

  // The device takes part in the request.
  [[nodiscard]] bool reaches_device(const DeviceRequest& request) const {
    return !in_page_cache || request.task != DeviceTask::kTransfer || (request.write && writes_through);
  }
  // The request goes through the page cache, and does not reach the device.
  void stay(const DeviceRequest& request) {
    if (request.write && dirty.size() < kMostDirty) dirty[request.offset_bytes] = request.bytes;
  }
  // A write that goes on to the device is followed by a flush.
  [[nodiscard]] bool flushes(const DeviceRequest& request) const {
    return writes_through && request.write && request.task == DeviceTask::kTransfer;
  }
};

class Storage {
 public:
  Storage(const Testbed& testbed, std::uint64_t seed);

  // The device that has the request's data; null if there is none, which takes no time.
  [[nodiscard]] StorageDevice* of(const HostRequest& request) const {
    if (by_unit_.empty()) return nullptr;
    return by_unit_[request.at_device.unit];
  }
  // Null: the disk has none.
  [[nodiscard]] DiskCache* cache_of(const HostRequest& request) const {
    return caches_.empty() ? nullptr : caches_[request.at_device.unit].get();
  }
  // What they can be short of: of one device after the other, always in the same order. Precondition: as of
  // StorageDevice::units().
  [[nodiscard]] std::vector<DeviceUnits> units(Instant now) const;

 private:
  void make_caches(const Testbed& testbed);

  std::vector<std::unique_ptr<StorageDevice>> devices_;
  std::vector<StorageDevice*> by_unit_;             // by number of the logical unit; empty: no device
  std::vector<std::unique_ptr<DiskCache>> caches_;  // the same; empty: no disk has one
};

}  // namespace vqlab::sim

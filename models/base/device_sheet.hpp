// A storage device as its data sheet describes it, and which disks lie on which device. What each figure means stands
// in the table (models/backend/sheet_table.cpp); what a device is made of follows from the figures
// (models/backend/derive.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/base/throttling.hpp"

namespace vqlab {

// The default is a device that takes no time. A figure of 0 is one that the sheet does not have.
struct DeviceSheet {
  std::string name = "null";
  std::string kind = "null";
  double random_read_us = 0;
  double random_write_us = 0;
  double sequential_read_us = 0;
  double sequential_write_us = 0;
  double random_read_iops = 0;
  std::uint32_t random_read_depth = 1;
  double random_write_iops = 0;
  std::uint32_t random_write_depth = 1;
  double mixed_iops = 0;
  std::uint32_t mixed_read_percent = 70;
  std::uint32_t mixed_depth = 1;
  double sequential_read_mb_per_s = 0;
  double sequential_write_mb_per_s = 0;
  std::uint32_t sequential_bytes = 131072;
  std::uint32_t sequential_depth = 1;
  std::uint32_t queue_depth = 0;
  double flush_us = 0;
  double trim_us = 0;
  double capacity_gb = 0;
  double rpm = 0;
  double seek_read_ms = 0;
  double seek_write_ms = 0;
  double track_to_track_ms = 0;

  friend bool operator==(const DeviceSheet&, const DeviceSheet&) = default;
};

// A sheet as a value of a parameter; copies share it.
class DeviceChoice {
 public:
  DeviceChoice() = default;
  explicit DeviceChoice(const DeviceSheet& sheet) : sheet_(std::make_shared<const DeviceSheet>(sheet)) {}

  [[nodiscard]] const DeviceSheet& sheet() const {
    static const DeviceSheet null;
    return sheet_ == nullptr ? null : *sheet_;
  }

  friend bool operator==(const DeviceChoice& a, const DeviceChoice& b) {
    return a.sheet_ == b.sheet_ || a.sheet() == b.sheet();
  }

 private:
  std::shared_ptr<const DeviceSheet> sheet_;  // null: the default
};

// Disks that are alike: the next `targets` targets in the order of their numbers.
struct DiskGroup {
  std::uint32_t targets = 1;
  bool shared = false;                   // true: one device for all of them; false: each has its own
  std::optional<DeviceChoice> device{};  // nothing: the host's, together with all others that have none
  std::optional<Throttling> throttling{};
  std::string cache{"none"};  // QEMU's names of CacheMode

  [[nodiscard]] bool in_page_cache() const { return cache == "writeback" || cache == "writethrough"; }
  // A write is on the medium when it is over, and the guest flushes nothing.
  [[nodiscard]] bool writes_through() const { return cache == "writethrough" || cache == "directsync"; }

  friend bool operator==(const DiskGroup&, const DiskGroup&) = default;
};

// Targets behind those of all groups are as a group that says nothing.
using Disks = std::vector<DiskGroup>;

}  // namespace vqlab

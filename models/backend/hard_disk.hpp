// A hard disk: a head that seeks, a platter that turns, and a queue from which the drive takes what it reaches soonest.
// docs/models/backend.md says how the figures of a data sheet become these values.
#pragma once

#include <cstdint>
#include <vector>

#include "models/backend/device.hpp"
#include "models/base/busy_time.hpp"
#include "models/base/rng.hpp"

namespace vqlab {

struct HardDisk {
  double turn_ns = 8e6;          // above 0
  double track_to_track_ns = 0;  // shortest seek
  double seek_root_ns = 0;       // of a seek over all of the disk, beyond the shortest; it grows with the root
  double write_settle_ns = 0;    // by how much longer a write's seek is
  double ns_per_byte = 0;
  std::uint64_t capacity_bytes = 1;  // at least 1
  // Of so many waiting requests, the oldest ones, it takes the one that it reaches soonest; 1: in order. A fraction is
  // the share of times with one more.
  double candidates = 1;
  double flush_ns = 0;
  double trim_ns = 0;
};

// Its logical units lie one behind the other, each with an equal part. A request that begins where the last one ended
// needs no seek and no turn: the drive reads ahead, and collects what is written.
class HardDiskDevice final : public StorageDevice {
 public:
  HardDiskDevice(const HardDisk& disk, std::uint32_t units, RandomStream random);

  [[nodiscard]] Instant advance(DeviceRequest& request, Instant now) override;
  [[nodiscard]] std::vector<DeviceUnits> units(Instant now) const override;

 private:
  enum Stage : std::uint32_t { kNew, kWaiting, kServed, kDone };  // DeviceRequest::stage

  [[nodiscard]] double place_of(const DeviceRequest& request) const noexcept;
  [[nodiscard]] double positioning_ns(const DeviceRequest& request, Instant now) const noexcept;
  [[nodiscard]] Duration served_for(const DeviceRequest& request, double positioning_ns);
  // Precondition: something waits.
  void take_next(Instant now);

  HardDisk disk_;
  std::uint32_t units_;
  RandomStream random_;
  std::vector<DeviceRequest*> waiting_;  // in the order of arrival
  const DeviceRequest* served_ = nullptr;
  BusyTime head_;
  double head_place_ = 0;          // share of the disk, from 0 to 1
  std::uint64_t next_offset_ = 0;  // where the last one ended
  std::uint32_t next_unit_ = 0;
  Instant now_{};
};

}  // namespace vqlab

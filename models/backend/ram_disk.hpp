// A RAM disk: its driver copies in the thread that submits, and the request is over when the call returns.
#pragma once

#include <vector>

#include "models/backend/device.hpp"
#include "models/base/cost.hpp"
#include "models/base/rng.hpp"

namespace vqlab {

struct RamDisk {
  double request_ns = 0;
  double read_ns_per_byte = 0;
  double write_ns_per_byte = 0;
};

class RamDiskDevice final : public StorageDevice {
 public:
  RamDiskDevice(const RamDisk& disk, RandomStream random);

  [[nodiscard]] Instant advance(DeviceRequest& request, Instant now) override;
  [[nodiscard]] std::vector<DeviceUnits> units(Instant) const override { return {}; }
  [[nodiscard]] Duration in_submitter(const DeviceRequest& request) override;

 private:
  CostSampler request_;
  CostSampler read_kib_;
  CostSampler write_kib_;
  RandomStream random_;
};

}  // namespace vqlab

#include "models/backend/ram_disk.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kKib = 1024;

}  // namespace

RamDiskDevice::RamDiskDevice(const RamDisk& disk, RandomStream random)
    : request_(Cost{disk.request_ns}),
      read_kib_(Cost{disk.read_ns_per_byte * kKib}),
      write_kib_(Cost{disk.write_ns_per_byte * kKib}),
      random_(random) {}

Instant RamDiskDevice::advance(DeviceRequest& request, Instant now) {
  request.service = Duration{0};
  return now;
}

Duration RamDiskDevice::in_submitter(const DeviceRequest& request) {
  if (request.task != DeviceTask::kTransfer) return Duration{0};
  const CostSampler& copy = request.write ? write_kib_ : read_kib_;
  return request_.sample_with(random_, CostPart{copy, (request.bytes + kKib - 1) / kKib});
}

}  // namespace vqlab

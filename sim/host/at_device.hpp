// A request at the device behind the back end, as its stages tell of it.
#pragma once

#include "models/backend/backend.hpp"
#include "sim/host/host_request.hpp"

namespace vqlab::sim {

// The request arrives at the device, or goes on there: the time until it is to be called again, which
// request.at_device.waits_for is spent on. 0: the device is done with it, and its stage kDeviceCommand is over.
[[nodiscard]] inline Duration wait_at_device(Machine& machine, StorageDevice& device, const std::string& backend,
                                             HostRequest& request) {
  const Instant now = machine.calendar.now();
  DeviceRequest& at_device = request.at_device;
  if (at_device.commanded == Instant{}) at_device.commanded = now;
  const Instant next = checked_advance(device, backend, at_device, now);
  if (next > now) return next - now;
  if (request.stages->stage() > static_cast<std::uint32_t>(Stage::kDeviceCommand)) [[unlikely]] {
    request.stages->serve_more<Stage::kDevice>(at_device.service);  // it was there before: the flush behind a write
    return Duration{0};
  }
  request.stages->serve<Stage::kDeviceCommand>(at_device.command);
  machine.stages.end_if_in<Stage::kDeviceCommand>(*request.stages, at_device.commanded);
  request.stages->serve_more<Stage::kDevice>(at_device.service - at_device.command);
  return Duration{0};
}

}  // namespace vqlab::sim

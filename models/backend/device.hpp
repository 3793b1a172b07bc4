// A device behind a back end: passive, time is passed in. Whoever waits asks it when to come back.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/device_sheet.hpp"
#include "models/base/part_params.hpp"
#include "models/base/resource_id.hpp"
#include "models/base/rng.hpp"
#include "models/base/units.hpp"

namespace vqlab {

// What a device is asked for. Neither a flush nor a trim moves data.
enum class DeviceTask : std::uint8_t { kTransfer, kFlush, kTrim };

// A request at a device. Whoever submits it fills in the first five, and keeps it where it is until it is over.
struct DeviceRequest {
  std::uint64_t offset_bytes = 0;  // on its logical unit
  std::uint32_t unit = 0;
  std::uint32_t bytes = 0;  // of a transfer, at least 1
  bool write = false;
  DeviceTask task = DeviceTask::kTransfer;
  // Written by the device.
  Duration service{0};  // what it takes for this request alone, waiting apart
  Duration command{0};  // of that, what its command unit takes
  Instant commanded{};  // when that unit is done with the request; of a device without one, it stays as it is
  ResourceId waits_for = ResourceId::kDeviceLatency;  // what most of the time that advance() returned is spent on
  std::uint32_t stage = 0;                            // the device's own: what comes next
  std::uint32_t place = 0;                            // the device's own: where it is kept
};

// The flush of its disk that follows a request.
[[nodiscard]] inline DeviceRequest flush_of(const DeviceRequest& request) {
  return {.unit = request.unit, .write = true, .task = DeviceTask::kFlush};
}

// Units of a device that work in parallel and limit it together.
struct DeviceUnits {
  ResourceId resource;
  std::uint32_t units;
  Duration busy;  // of all of them together, so far
};

// What a request takes of a device at least, in ns.
struct DeviceLimit {
  std::vector<double> between;  // by kind of unit: from one such request to the next, all units working
  double latency = 0;           // on an idle device
};

// One device, on which all logical units lie.
class StorageDevice {
 public:
  virtual ~StorageDevice() = default;
  // Called when the request arrives, and again whenever the instant that it returned has come; never back in time, over
  // all requests. Calls of one instant are served in their order. Returns `now` itself if the request is over.
  [[nodiscard]] virtual Instant advance(DeviceRequest& request, Instant now) = 0;
  // What it can be short of, always in the same order. Precondition: no call had a later `now`.
  [[nodiscard]] virtual std::vector<DeviceUnits> units(Instant now) const = 0;
  // For how long the thread that submits the request works itself: a RAM disk's driver copies there.
  [[nodiscard]] virtual Duration in_submitter(const DeviceRequest&) { return Duration{0}; }
};

// What a device is described by: the parameters of the back end's part, or a data sheet.
struct DeviceSource {
  const PartParams& params;
  const DeviceSheet& sheet;
};

// What a device is made of, with a stream of its own. Its logical units are numbered one after the other.
struct DeviceSetup {
  RandomStream random;
  DeviceSource source;
  std::uint32_t units = 1;
};

}  // namespace vqlab

// How much of the system an exploration looks at.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "models/steering/policy.hpp"

namespace vqlab::order {

// Requests are dealt out to the vCPUs in turn: a vCPU submits its own one after the other and waits for none of them.
// To the units they go in pairs: the first two to the first LUN of the first target, the next two to that of the next
// target, and so on. So with two vCPUs or more both promises are put to the test by the first three.
struct OrderBounds {
  std::string policy = "target_sticky";
  PartParams params{};   // the policy's among them
  std::string called{};  // how messages name policy and parameters: "sticky_timeout{idle_us=50}"
  std::string driver = "multiqueue";
  std::uint32_t vcpus = 2;
  std::uint32_t queues = 2;  // of each device
  std::uint32_t targets = 1;
  std::uint32_t luns = 2;  // of each target: a promise for the target is more than one for each LUN
  std::uint32_t requests = 3;
  OrderPromise promise = OrderPromise::kPerTarget;  // whose commands must stay in order; kNone: nobody's
  bool event_idx = true;                            // VIRTIO_F_EVENT_IDX is negotiated
  bool packed = false;                              // rings are packed, not split
  std::uint32_t hotplug = 0;                        // so many of the last vCPUs go offline and return
  std::uint32_t devices = 1;                        // targets are dealt out to them in turn
  std::uint32_t isolated = 0;                       // so many of the last vCPUs have neither queues nor interrupts
  bool one_vector = false;                          // the queues of a device share an interrupt vector

  // Queues of each device that the driver uses.
  [[nodiscard]] std::uint32_t queues_in_use() const noexcept {
    return isolated == 0 ? queues : std::min(queues, vcpus - isolated);
  }
  // Queues of all devices, one device after the other.
  [[nodiscard]] std::uint32_t lines() const noexcept { return devices * queues; }
  [[nodiscard]] std::uint32_t target_of(std::uint32_t request) const noexcept { return request / 2 % targets; }
  [[nodiscard]] std::uint32_t device_of(std::uint32_t request) const noexcept { return target_of(request) % devices; }
  [[nodiscard]] std::uint32_t lun_of(std::uint32_t request) const noexcept { return request / (2 * targets) % luns; }
};

inline constexpr std::uint32_t kMostVcpus = 4;
inline constexpr std::uint32_t kMostQueues = 4;  // of all devices
inline constexpr std::uint32_t kMostDevices = 2;
inline constexpr std::uint32_t kMostTargets = 4;
inline constexpr std::uint32_t kMostLuns = 4;
inline constexpr std::uint32_t kMostRequests = 8;

}  // namespace vqlab::order

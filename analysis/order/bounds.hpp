// How much of the system an exploration looks at.
#pragma once

#include <cstdint>
#include <string>

#include "models/steering/policy.hpp"

namespace vqlab::order {

// Requests are dealt out to the vCPUs in turn: a vCPU submits its own one after the other and waits for none of them.
// To the units they go in pairs: the first two to the first LUN of the first target, the next two to that of the next
// target, and so on. So with two vCPUs or more both promises are put to the test by the first three.
struct OrderBounds {
  std::string policy = "target_sticky";
  std::string driver = "multiqueue";
  std::uint32_t vcpus = 2;
  std::uint32_t queues = 2;
  std::uint32_t targets = 1;
  std::uint32_t luns = 2;  // of each target: a promise for the target is more than one for each LUN
  std::uint32_t requests = 3;
  OrderPromise promise = OrderPromise::kPerTarget;  // whose commands must stay in order; kNone: nobody's
  bool event_idx = true;                            // VIRTIO_F_EVENT_IDX is negotiated

  [[nodiscard]] std::uint32_t target_of(std::uint32_t request) const noexcept { return request / 2 % targets; }
  [[nodiscard]] std::uint32_t lun_of(std::uint32_t request) const noexcept { return request / (2 * targets) % luns; }
};

inline constexpr std::uint32_t kMostVcpus = 4;
inline constexpr std::uint32_t kMostQueues = 4;
inline constexpr std::uint32_t kMostTargets = 4;
inline constexpr std::uint32_t kMostLuns = 4;
inline constexpr std::uint32_t kMostRequests = 8;

}  // namespace vqlab::order

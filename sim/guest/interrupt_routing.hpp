// Which vCPU an interrupt of a request queue is delivered to.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/ids.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab::sim {

class InterruptRouting {
 public:
  explicit InterruptRouting(const Testbed& testbed)
      : vcpus_(testbed.guest.vcpus),
        // The driver hints only when queues and vCPUs are one to one; a hint is nothing until somebody applies it.
        hinted_(testbed.guest.affinity_hints && vcpus_ > 1 && testbed.controller.queues(vcpus_) == vcpus_),
        round_robin_(testbed.guest.unhinted_delivery == "round_robin") {}

  // The vCPU that gets all interrupts, if there are others.
  [[nodiscard]] std::optional<VcpuId> pinned_to() const noexcept {
    return hinted_ || round_robin_ || vcpus_ == 1 ? std::nullopt : std::optional(VcpuId(vcpus_ - 1));
  }

  [[nodiscard]] VcpuId route(QueueId queue) noexcept {
    if (hinted_) return VcpuId(queue.value);
    if (!round_robin_) return VcpuId(vcpus_ - 1);
    next_ = next_ + 1 == vcpus_ ? 0 : next_ + 1;
    return VcpuId(next_);
  }

 private:
  std::uint32_t vcpus_;
  bool hinted_;
  bool round_robin_;
  std::uint32_t next_ = 0;
};

}  // namespace vqlab::sim

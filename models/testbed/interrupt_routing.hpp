// Which vCPU an interrupt of a request queue is delivered to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "models/base/ids.hpp"
#include "models/command/queue_map.hpp"
#include "models/testbed/guest_driver.hpp"

namespace vqlab {

class InterruptRouting {
 public:
  explicit InterruptRouting(const Testbed& testbed)
      : queues_(queues_in_use(testbed)),
        map_(queue_map(testbed)),
        managed_(driver_version(testbed).managed_interrupts && !shares_vector(testbed)),
        // The hints of queues that share a vector add up to all vCPUs.
        hints_applied_(testbed.guest.affinity_hints && !shares_vector(testbed)),
        housekeeping_(testbed.guest.housekeeping()),
        round_robin_(testbed.guest.unhinted_delivery == "round_robin") {
    set_online(testbed.guest.vcpus);
  }

  // The first `vcpus` vCPUs are online. Precondition: vcpus > 0.
  void set_online(std::uint32_t vcpus) noexcept {
    vcpus_ = std::min(vcpus, housekeeping_);
    // The driver hints only while queues and vCPUs are one to one; a hint is nothing until somebody applies it.
    hinted_ = hints_applied_ && vcpus_ > 1 && queues_ == vcpus_;
  }

  // Whether each interrupt goes to another vCPU than the one before.
  [[nodiscard]] bool in_turn() const noexcept { return !managed_ && !hinted_ && round_robin_ && vcpus_ > 1; }

  [[nodiscard]] VcpuId route(QueueId queue) noexcept {
    if (const auto vcpu = fixed(queue)) return *vcpu;
    next_ = next_ + 1 >= vcpus_ ? 0 : next_ + 1;
    return VcpuId(next_);
  }

  // Where all interrupts of the queue go while nobody comes or goes; nothing: to each vCPU in turn.
  [[nodiscard]] std::optional<VcpuId> fixed(QueueId queue) const noexcept {
    if (managed_) {
      // A queue whose vCPUs have all gone is given nothing more; what it still has comes back on one that never goes.
      const VcpuId first = map_.first_vcpu(queue);
      return first.value < vcpus_ ? first : VcpuId(0);
    }
    if (hinted_) return VcpuId(queue.value);
    if (!round_robin_) return VcpuId(vcpus_ - 1);
    return std::nullopt;
  }

 private:
  std::uint32_t queues_;  // of each device, that are used
  QueueMap map_;
  bool managed_;  // the kernel has bound each queue's interrupt to the queue's first vCPU, and nobody moves it
  bool hints_applied_;
  std::uint32_t housekeeping_;  // vCPUs that are not isolated
  bool round_robin_;
  std::uint32_t vcpus_ = 1;  // online, and not isolated
  bool hinted_ = false;
  std::uint32_t next_ = 0;
};

}  // namespace vqlab

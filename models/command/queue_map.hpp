// blk-mq's map from vCPUs to a device's request queues.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/base/ids.hpp"

namespace vqlab {

// Queues are dealt out evenly to the vCPUs that are not isolated, and neighbours share one. A driver uses no more
// queues than there are of those. Isolated vCPUs, which are the others, take the queues in turn. The map is made for
// the vCPUs that can be online, and stays as it is when they come and go. Sources: Linux 6.1, group_cpus_evenly() by
// way of managed interrupt affinity, and the limit of nr_cpu_ids queues in virtio_scsi; for isolated vCPUs the patches
// of isolcpus=io_queue; where interrupts are not managed, blk_mq_map_queues() of 5.4 to 6.1, with vCPUs without
// siblings.
class QueueMap {
 public:
  enum class Dealing : std::uint8_t { kNeighbours, kInTurn };

  // `vcpus`: those that are not isolated. Preconditions: queues > 0, vcpus > 0.
  QueueMap(std::uint32_t queues, std::uint32_t vcpus, Dealing dealing = Dealing::kNeighbours) noexcept
      : used_(std::min(queues, vcpus)), vcpus_(vcpus), in_turn_(dealing == Dealing::kInTurn) {}

  // Queues 0 to used() - 1 are.
  [[nodiscard]] std::uint32_t used() const noexcept { return used_; }
  [[nodiscard]] QueueId queue_of(VcpuId vcpu) const noexcept {
    if (vcpu.value >= vcpus_) return QueueId((vcpu.value - vcpus_) % used_);
    return QueueId(in_turn_ ? vcpu.value % used_ : vcpu.value * used_ / vcpus_);
  }
  // The first vCPU of the queue. Precondition: queue < used().
  [[nodiscard]] VcpuId first_vcpu(QueueId queue) const noexcept {
    return in_turn_ ? VcpuId(queue.value) : VcpuId((queue.value * vcpus_ + used_ - 1) / used_);
  }

 private:
  std::uint32_t used_;
  std::uint32_t vcpus_;  // that are not isolated
  bool in_turn_;
};

}  // namespace vqlab

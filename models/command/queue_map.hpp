// blk-mq's map from vCPUs to a device's request queues.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/base/ids.hpp"

namespace vqlab {

// Queues are dealt out evenly, and neighbours share one. A driver uses no more queues than there are vCPUs. The map is
// made for the vCPUs that can be online, and stays as it is when they come and go. Source: Linux 6.1,
// group_cpus_evenly() by way of managed interrupt affinity, and the limit of nr_cpu_ids queues in virtio_scsi.
class QueueMap {
 public:
  // Preconditions: queues > 0, vcpus > 0.
  QueueMap(std::uint32_t queues, std::uint32_t vcpus) noexcept : used_(std::min(queues, vcpus)), vcpus_(vcpus) {}

  // Queues 0 to used() - 1 are.
  [[nodiscard]] std::uint32_t used() const noexcept { return used_; }
  [[nodiscard]] QueueId queue_of(VcpuId vcpu) const noexcept { return QueueId(vcpu.value * used_ / vcpus_); }
  // The first vCPU of the queue. Precondition: queue < used().
  [[nodiscard]] VcpuId first_vcpu(QueueId queue) const noexcept {
    return VcpuId((queue.value * vcpus_ + used_ - 1) / used_);
  }

 private:
  std::uint32_t used_;
  std::uint32_t vcpus_;
};

}  // namespace vqlab

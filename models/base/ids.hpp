// Distinct integer types for the things that are numbered, so that a queue is never used as a vCPU.
#pragma once

#include <compare>
#include <cstdint>

namespace vqlab {

template <class Tag>
struct Id {
  std::uint32_t value = 0;

  constexpr Id() = default;
  constexpr explicit Id(std::uint32_t v) noexcept : value(v) {}
  [[nodiscard]] constexpr std::uint32_t index() const noexcept { return value; }
  friend constexpr auto operator<=>(Id, Id) = default;
};

using VcpuId = Id<struct VcpuTag>;      // vCPU of the guest, from 0
using QueueId = Id<struct QueueTag>;    // request queue of one device, from 0 (virtqueue 2 of the device)
using TargetId = Id<struct TargetTag>;  // SCSI target of one device, 0 to 255
using LunId = Id<struct LunTag>;        // logical unit of one target, 0 to 16383

}  // namespace vqlab

// What the testbed can be short of: whatever a request's time, and that of the run, is spent on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vqlab {

enum class ResourceId : std::uint8_t {
  kNone,  // a device's or a timer's own time
  kMainLoop,
  kVcpus,
  kQueueLock,
  kTargetLock,
  kHostLock,
  kWorkers,
  kMemoryBus,
  kPhysicalCpus,
  kCacheLines,
  kWakeUps,
};
inline constexpr std::size_t kResourceIds = 11;

[[nodiscard]] constexpr std::string_view name_of(ResourceId id) noexcept {
  constexpr std::array<std::string_view, kResourceIds> kNames{"none",          "main_loop",   "vcpus",   "queue_lock",
                                                              "target_lock",   "host_lock",   "workers", "memory_bus",
                                                              "physical_cpus", "cache_lines", "wake_ups"};
  return kNames[static_cast<std::size_t>(id)];
}

}  // namespace vqlab

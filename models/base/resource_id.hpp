// What the testbed can be short of: whatever a request's time, and that of the run, is spent on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vqlab {

enum class ResourceId : std::uint8_t {
  kNone,      // a timer's own time
  kMainLoop,  // whoever serves the queues: QEMU's main loop, an iothread, a vhost worker
  kVcpus,
  kQueueLock,
  kTargetLock,
  kHostLock,
  kWorkers,
  kMemoryBus,
  kPhysicalCpus,
  kCacheLines,
  kWakeUps,
  kStorage,
};
inline constexpr std::size_t kResourceIds = 12;

[[nodiscard]] constexpr std::string_view name_of(ResourceId id) noexcept {
  constexpr std::array<std::string_view, kResourceIds> kNames{"none",          "main_loop",   "vcpus",    "queue_lock",
                                                              "target_lock",   "host_lock",   "workers",  "memory_bus",
                                                              "physical_cpus", "cache_lines", "wake_ups", "storage"};
  return kNames[static_cast<std::size_t>(id)];
}

}  // namespace vqlab

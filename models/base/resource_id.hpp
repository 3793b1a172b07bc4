// What the testbed can be short of: whatever a request's time, and that of the run, is spent on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vqlab {

enum class ResourceId : std::uint8_t {
  kNone,
  kMainLoop,  // whoever serves the queues: QEMU's main loop, an iothread, a vhost worker
  kVcpus,
  kQueueLock,
  kTargetLock,
  kHostLock,
  kLunLock,
  kCommandSlots,  // of rings, LUNs, HBAs and the driver's pool
  kWorkerPool,    // its number of threads
  kPoolLock,
  kWorkers,  // their work
  kMemoryBus,
  kDeviceCommands,
  kDeviceDies,
  kDeviceLinks,
  kDeviceLatency,
  kPhysicalCpus,
  kThrottle,  // limits of disks
  kPace,      // that the jobs set themselves
  kCacheLines,
  kWakeUps,
};
inline constexpr std::size_t kResourceIds = 21;

[[nodiscard]] constexpr std::string_view name_of(ResourceId id) noexcept {
  constexpr std::array<std::string_view, kResourceIds> kNames{
      "none",          "main_loop",      "vcpus",         "queue_lock", "target_lock", "host_lock",       "lun_lock",
      "command_slots", "worker_pool",    "pool_lock",     "workers",    "memory_bus",  "device_commands", "device_dies",
      "device_links",  "device_latency", "physical_cpus", "throttle",   "pace",        "cache_lines",     "wake_ups"};
  return kNames[static_cast<std::size_t>(id)];
}

}  // namespace vqlab

#include "models/testbed/resources.hpp"

#include "models/backend/derive.hpp"
#include "models/testbed/change_rows.hpp"
#include "models/testbed/host_kind.hpp"

namespace vqlab {

std::string_view Resource::words_for(const Testbed& testbed) const {
  if (id != ResourceId::kMainLoop) return words;
  const HostServerKind* const server = Registry<HostServerKind>::instance().find(testbed.host.server);
  return server == nullptr ? words : server->thread;
}

void Resource::halve(Testbed& testbed) const {
  change_rows(
      testbed, [this](const Param& row) { return row.resource == id; },
      [](const Param& row, const ParamValue& value) -> ParamValue {
        const double factor = row.is_capacity ? 2.0 : 0.5;
        if (const Cost* cost = std::get_if<Cost>(&value)) return *cost * factor;
        if (const std::int64_t* count = std::get_if<std::int64_t>(&value))
          return static_cast<std::int64_t>(static_cast<double>(*count) * factor);
        return std::get<double>(value) * factor;
      });
  testbed.host.device = DeviceChoice(halved(testbed.host.device.sheet(), id));
  for (DiskGroup& group : testbed.disks) {
    if (group.device) group.device = DeviceChoice(halved(group.device->sheet(), id));
    if (group.throttling && id == ResourceId::kThrottle)
      for (ThrottleLimit& limit : group.throttling->limits) {
        limit.per_second *= 2;
        limit.burst_per_second *= 2;
      }
  }
}

const std::vector<Resource>& resources() {
  static const std::vector<Resource> all{
      {ResourceId::kMainLoop, "serving thread",
       "The threads that serve the queues (main loop, iothreads, vhost workers): they poll, pop, finish, complete and "
       "inject.",
       false},
      {ResourceId::kVcpus, "vCPUs",
       "Work of the guest outside locks: submission, kick, interrupt, softirq, wake-up and reaping.", false},
      {ResourceId::kQueueLock, "queue lock",
       "Adding commands to a queue, and in its interrupt taking used buffers and sending them on.", false},
      {ResourceId::kTargetLock, "target lock",
       "The lock of a target: steering, and the copy of a scatterlist for add_buf.", false},
      {ResourceId::kHostLock, "host lock",
       "The HBA's host_lock, which every submission of a device takes once and every completion twice.", false},
      {ResourceId::kLunLock, "LUN's lock", "The queue_lock of a LUN, for which its processes wait.", false},
      {ResourceId::kCommandSlots, "command slots",
       "Room in the rings, and the numbers of commands that a LUN, an HBA and a driver take; halved: twice as much.",
       false},
      {ResourceId::kWorkerPool, "worker pool", "Number of threads of a thread pool; halved: twice as many.", false},
      {ResourceId::kPoolLock, "pool's mutex", "The mutex of a thread pool.", false},
      {ResourceId::kWorkers, "workers", "What a thread of the pool does for a request, the copy included.", false},
      {ResourceId::kMemoryBus, "memory bus", "The memory bus, which all copies share.", false},
      {ResourceId::kDeviceCommands, "drive's command unit",
       "The part of a drive's controller that handles one request after the other.", false},
      {ResourceId::kDeviceDies, "drive's dies",
       "Reading and programming in the dies of a drive; of a device with a data sheet, its parallel units or its head.",
       false},
      {ResourceId::kDeviceLinks, "drive's links", "The channels between a drive's controller and its dies.", false},
      {ResourceId::kDeviceLatency, "storage latency",
       "What storage adds to each request by itself: the rest of a drive's controller, a slow target's time.", true},
      {ResourceId::kPhysicalCpus, "physical CPUs",
       "Hardware threads, which slow each other down or run short; halved: twice as many.", false},
      {ResourceId::kThrottle, "disks' limits", "Limits of a disk's rate (throttling); halved: twice the rates.", false},
      {ResourceId::kPace, "jobs' own pace",
       "Think time and rate of the jobs; halved: half the think time, twice the rate.", false},
      {ResourceId::kCacheLines, "cache lines",
       "Cache lines on their way from one vCPU to another, of all locks and of what they protect.", true},
      {ResourceId::kWakeUps, "wake-ups",
       "Halts, C-states and sleeping threads: the time until somebody begins to work.", true},
  };
  return all;
}

}  // namespace vqlab

#include "models/testbed/resources.hpp"

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
      {ResourceId::kHostLock, "host lock", "The HBA's host_lock, which every submission of a device takes.", false},
      {ResourceId::kWorkers, "workers",
       "What a thread of the pool does for a request, the copy and a slow target's sleep included.", false},
      {ResourceId::kMemoryBus, "memory bus", "The memory bus, which all copies share.", false},
      {ResourceId::kPhysicalCpus, "physical CPUs",
       "Hardware threads, which slow each other down or run short; halved: twice as many.", false},
      {ResourceId::kCacheLines, "cache lines",
       "Cache lines on their way from one vCPU to another, of all locks and of what they protect.", true},
      {ResourceId::kWakeUps, "wake-ups",
       "Halts, C-states and sleeping threads: the time until somebody begins to work.", true},
      {ResourceId::kStorage, "storage", "The device behind the back end.", false},
  };
  return all;
}

}  // namespace vqlab

#include "analysis/predict/not_modelled.hpp"

#include <algorithm>
#include <functional>

#include "analysis/scenario/section.hpp"
#include "models/backend/backend.hpp"
#include "models/base/units.hpp"
#include "models/command/command_buffers.hpp"
#include "models/testbed/guest_driver.hpp"
#include "models/testbed/host_kind.hpp"
#include "models/testbed/interrupt_routing.hpp"
#include "models/testbed/topology.hpp"

namespace vqlab {
namespace {

struct Unmodelled {
  const char* path;
  // What stands there, if the model has no answer for it; else empty.
  std::function<std::string(const Testbed&)> found;
  const char* accepted;
};

template <class Number>
std::string unless(Number value, Number known) {
  return value == known ? "" : std::to_string(value);
}

// Requests of one LUN that are in flight.
std::uint32_t on_lun(const Testbed& testbed) {
  const std::uint32_t clones = (testbed.job.numjobs + testbed.luns_per_target - 1) / testbed.luns_per_target;
  return clones * testbed.job.iodepth;
}

// Descriptors of a device's requests if they all take the same ring.
double ring_descriptors(const Testbed& testbed) {
  const std::uint32_t segments = kHeaderSegments + testbed.most_request_pages();
  const double requests = testbed.requests_in_flight() / testbed.controller.devices;
  return requests * (testbed.controller.indirect_desc ? std::min(segments, 1u) : segments);
}

const std::vector<Unmodelled>& unmodelled() {
  static const std::vector<Unmodelled> all{
      {"hotplug.vcpus", [](const Testbed& t) { return unless(t.hotplug.vcpus, 0u); }, "0: no vCPU goes or returns"},
      {"tenant.physical_cpus", [](const Testbed& t) { return unless(t.tenant.physical_cpus, 0u); }, "0: no tenant"},
      {"hardware.physical_cpus",
       [](const Testbed& t) {
         return t.hardware.physical_cpus >= t.guest.vcpus ? "" : std::to_string(t.hardware.physical_cpus);
       },
       "at least one CPU for each vCPU"},
      {"host.server",
       [](const Testbed& t) { return in_mean_steps<HostServerKind>(t.host.server) ? "" : t.host.server; },
       "main_loop: QEMU's main loop"},
      {"host.aio", [](const Testbed& t) { return in_mean_steps<AioKind>(t.host.aio) ? "" : t.host.aio; },
       "threads: a thread pool"},
      {"host.backend",
       [](const Testbed& t) {
         return Registry<BackendEntry>::instance().find(t.host.backend)->device == nullptr ? "" : t.host.backend;
       },
       "a back end that is no device"},
      {"controllers",
       [](const Testbed& t) { return t.controllers.empty() ? "" : std::to_string(t.controllers.size()) + " devices"; },
       "no list: devices that are equal"},
      {"disks",
       [](const Testbed& t) {
         const auto throttled = [](const DiskGroup& disks) { return disks.throttling.has_value(); };
         return std::any_of(t.disks.begin(), t.disks.end(), throttled) ? "disks with throttling" : "";
       },
       "disks without limits"},
      {"topology.cores", [](const Testbed& t) { return unless(t.parts.get<Topology>().cores, 0u); },
       "0: no CPU is nearer than another"},
      {"host.cfs_quota_us", [](const Testbed& t) { return unless(t.host.cfs_quota_us, 0u); }, "0: no quota"},
      {"host.vcpu_quota_us", [](const Testbed& t) { return unless(t.host.vcpu_quota_us, 0u); }, "0: no quota"},
      {"host.iothread_quota_us", [](const Testbed& t) { return unless(t.host.iothread_quota_us, 0u); }, "0: no quota"},
      {"host.emulator_quota_us", [](const Testbed& t) { return unless(t.host.emulator_quota_us, 0u); }, "0: no quota"},
      {"host.batch_interrupts", [](const Testbed& t) { return t.host.batch_interrupts ? "true" : ""; },
       "false: a request is announced by itself"},
      {"host.halt_poll_ns", [](const Testbed& t) { return unless(t.host.halt_poll_ns, std::int64_t{0}); },
       "0: a halted vCPU blocks at once"},
      {"host.slow_targets", [](const Testbed& t) { return unless(t.host.slow_targets, 0u); }, "0: no slow target"},
      {"other_job_targets", [](const Testbed& t) { return unless(t.other_job_targets, 0u); },
       "0: one job on all targets"},
      {"jobs", [](const Testbed& t) { return t.jobs.empty() ? "" : std::to_string(t.jobs.size()) + " jobs"; },
       "no list: one job on all targets"},
      {"job.rw", [](const Testbed& t) { return t.job.trims() ? t.job.rw : ""; }, "reads and writes"},
      {"job.ioengine", [](const Testbed& t) { return t.job.ioengine == "libaio" ? "" : t.job.ioengine; }, "libaio"},
      {"job.fsync",
       [](const Testbed& t) { return unless(t.job.writes_synchronously() ? 0u : t.job.writes_per_flush(), 0u); },
       "0: no flushes"},
      {"job.sync", [](const Testbed& t) { return t.job.writes_synchronously() ? t.job.sync : ""; }, "none"},
      {"job.file_service_type",
       [](const Testbed& t) { return t.job.roams() && !t.job.replays() ? t.job.file_service_type : ""; },
       "own: a target for each process"},
      {"job.rate", [](const Testbed& t) { return t.job.rate; }, "no rate"},
      {"job.thinktime", [](const Testbed& t) { return unless(t.job.thinktime_us, 0u); }, "0: a job without think time"},
      {"job.rate_iops", [](const Testbed& t) { return unless(t.job.rate_iops, 0u); }, "0: a job without a rate"},
      {"job.runtime", [](const Testbed& t) { return t.job.time_limit() ? t.job.runtime : ""; }, "no runtime"},
      {"job.read_iolog", [](const Testbed& t) { return t.job.read_iolog; }, "no trace"},
      {"job.cpus_allowed", [](const Testbed& t) { return t.job.cpus_allowed; }, "processes that may run anywhere"},
      {"guest.migration_interval_ns",
       [](const Testbed& t) { return t.guest.migration_interval_ns == 0 ? "" : "processes that migrate"; },
       "0: processes that stay"},
      {"guest.topology", [](const Testbed& t) { return t.guest.topology == "sockets" ? "" : t.guest.topology; },
       "sockets: vCPUs that share no cache"},
      {"job.nice", [](const Testbed& t) { return t.job.nice == 0 ? "" : std::to_string(t.job.nice); },
       "0: processes of equal weight"},
      {"controller.vectors",
       [](const Testbed& t) { return shares_vector(t) ? std::to_string(t.controller.vectors) : ""; },
       "-1, or a vector for each virtqueue and one more"},
      {"guest.isolated_vcpus", [](const Testbed& t) { return unless(t.guest.isolated_vcpus, 0u); },
       "0: queues and interrupts for all vCPUs"},
      {"guest.unhinted_delivery",
       [](const Testbed& t) { return InterruptRouting(t).in_turn() ? t.guest.unhinted_delivery : ""; },
       "pinned, or interrupts that follow their hints"},
      {"guest.driver",
       [](const Testbed& t) {
         const DriverVersion& version = driver_version(t);
         return version.host_lock && !version.tags && !version.single_lock ? "" : t.guest.driver;
       },
       "a driver under the host's lock, and with locks for targets and queues, see `vqlab list drivers`"},
      {"guest.notify", [](const Testbed& t) { return t.guest.notify == "outside_lock" ? "" : t.guest.notify; },
       "outside_lock"},
      {"job.iodepth_batch", [](const Testbed& t) { return unless(t.job.iodepth_batch, 1u); },
       "1: an io_submit for each request"},
      {"job.iodepth_batch_complete_min", [](const Testbed& t) { return unless(t.job.iodepth_batch_complete_min, 1u); },
       "1: a job that waits for the next completion alone"},
      {"job.bsrange",
       [](const Testbed& t) {
         const std::uint32_t requests = t.most_requests_of_io();
         return requests == 1 ? "" : "I/Os of up to " + std::to_string(requests) + " requests";
       },
       "I/Os of one request each, within controller.seg_max, controller.max_sectors and guest.max_sectors_kb"},
      {"guest.nr_requests",
       [](const Testbed& t) { return request_list_can_fill(t) ? std::to_string(t.guest.nr_requests) : ""; },
       "at least the requests in flight on a LUN, so that no process waits for one"},
      {"controller.can_queue",
       [](const Testbed& t) {
         const double most = t.requests_in_flight() / t.controller.devices;
         return t.commands_at_once() >= most ? "" : std::to_string(t.commands_at_once());
       },
       "at least the requests in flight of a device, so that the HBA is never full"},
      {"guest.placement", [](const Testbed& t) { return t.guest.placement == "in_order" ? "" : t.guest.placement; },
       "in_order: processes placed by number"},
      {"controller.event_idx", [](const Testbed& t) { return t.controller.event_idx ? "" : "false"; }, "true"},
      {"guest.mempool_commands",
       [](const Testbed& t) {
         const double most = t.requests_in_flight() / t.controller.devices;
         return t.guest.mempool_commands == 0 || t.guest.mempool_commands >= most
                    ? ""
                    : std::to_string(t.guest.mempool_commands);
       },
       "0, or at least the requests in flight, so that the driver is never busy"},
      {"controller.cmd_per_lun",
       [](const Testbed& t) {
         return t.controller.cmd_per_lun >= on_lun(t) ? "" : std::to_string(t.controller.cmd_per_lun);
       },
       "at least the requests in flight on a LUN, so that the SCSI layer never waits"},
      {"controller.virtqueue_size",
       [](const Testbed& t) {
         return t.controller.virtqueue_size >= ring_descriptors(t) ? "" : std::to_string(t.controller.virtqueue_size);
       },
       "a ring with room for all requests of a device"},
  };
  return all;
}

}  // namespace

std::vector<Fault> not_modelled(const Study& study, const std::string& file) {
  std::vector<Fault> faults;
  for (const Unmodelled& one : unmodelled()) {
    std::vector<std::string> found;
    for (const Point& point : study.points) {
      const std::string value = one.found(point.testbed);
      if (!value.empty() && std::find(found.begin(), found.end(), value) == found.end()) found.push_back(value);
    }
    for (const std::string& value : found)
      faults.push_back({FaultKind::kMeaning, file, std::string("$.") + one.path, value,
                        std::string("for `predict`, ") + one.accepted, ""});
  }
  return faults;
}

std::string costs_not_modelled() {
  std::string lines;
  for (const Section& section : sections())
    for (const Param& row : section.table->rows)
      if (!row.unmodelled.empty()) lines += "  " + path_of({&section, &row}) + ": " + row.unmodelled + "\n";
  return lines + "  those of parts (`vqlab list parts`): hosts other than main loop and thread pool are refused\n";
}

}  // namespace vqlab

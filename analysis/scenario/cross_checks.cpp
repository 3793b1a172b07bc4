#include "analysis/scenario/cross_checks.hpp"

#include <algorithm>
#include <set>

#include "analysis/scenario/checks_of_runs.hpp"
#include "models/backend/backend.hpp"
#include "models/base/contract.hpp"
#include "models/base/cpu_list.hpp"
#include "models/base/units.hpp"
#include "models/command/command_buffers.hpp"
#include "models/command/driver_version.hpp"
#include "models/scsi/cdb.hpp"
#include "models/testbed/controllers.hpp"
#include "models/testbed/guest_driver.hpp"
#include "models/testbed/in_effect.hpp"
#include "models/testbed/running_jobs.hpp"
#include "models/testbed/testbed_check.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kTargetsPerDevice = 256;  // a virtio-scsi LUN address holds the target in one byte

constexpr const char* kCpuList =
    "physical CPUs as Linux lists them, such as \"0-3,8\", each below hardware.physical_cpus; or an empty text";

template <std::string HostProcess::*Cpus>
bool lists_cpus(const PointSpec& spec) {
  return cpu_list(spec.testbed.host.*Cpus, spec.testbed.hardware.physical_cpus).has_value();
}

bool has_good_range(const FioJob& job) {
  const SizeRange& range = job.bsrange;
  return range.min_bytes > 0 && range.min_bytes <= range.max_bytes && range.min_bytes % scsi::kSectorBytes == 0 &&
         range.max_bytes % range.min_bytes == 0;
}

// On each of the disks of one of its processes.
bool holds_largest(const FioJob& job, std::uint32_t targets) {
  if (!has_good_range(job)) return true;  // which is a fault of its own
  const std::uint32_t disks = job.roams() ? std::max(targets, 1u) : 1;
  return job.replays() || job.size_bytes / disks >= job.most_io_bytes();
}

bool runs_other_job(const Testbed& testbed) { return testbed.jobs.empty() && testbed.other_job_targets > 0; }

// Of `job` and `other_job` where they run, or of those of the list.
bool all_jobs(const Testbed& testbed, bool (*holds)(const RunningJob&, const Testbed&)) {
  const std::vector<RunningJob> jobs = running_jobs(testbed);
  return std::all_of(jobs.begin(), jobs.end(), [&](const RunningJob& one) { return holds(one, testbed); });
}

bool has_targets_for_trace(const RunningJob& one, const Testbed& /*testbed*/) {
  const IoTrace* const trace = one.job.trace();
  if (trace == nullptr) return true;
  if (one.job.replay_redirect >= 0) return one.job.replay_redirect < std::int64_t{one.target_count()};
  return trace->files.size() <= one.target_count();
}

bool allows_vcpus_that_are_there(const RunningJob& one, const Testbed& testbed) {
  const auto ranges = parse_ranges(one.job.cpus_allowed);
  return !ranges || ranges->back().end + testbed.hotplug.vcpus <= testbed.guest.vcpus;
}

bool is_good_job(const Testbed& testbed, const NamedSet& element) {
  const FioJob job = with_values(testbed.job, element);
  std::uint32_t targets = testbed.targets;
  if (const auto ranges = parse_ranges(job.targets)) {
    if (ranges->back().end > testbed.targets) return false;
    targets = 0;
    for (const IndexRange& range : *ranges) targets += range.size();
  }
  return has_good_range(job) && holds_largest(job, targets);
}

// A world in which nothing does would stay at one instant for ever.
bool takes_time(const PointSpec& spec) {
  const Testbed& testbed = spec.testbed;
  const BackendEntry* const backend = Registry<BackendEntry>::instance().find(testbed.host.backend);
  if (backend == nullptr) return true;
  const auto is_cost = [&spec](const ParamRef& param) {
    return param.row->kind == ParamKind::kCost && number_of(param, spec) > 0 && unread_unless(param, spec).empty();
  };
  if (std::any_of(all_params().begin(), all_params().end(), is_cost)) return true;
  if (!backend->by_sheet) return backend->device != nullptr || backend->work(kPageBytes).copy_bytes > 0;
  const auto is_null = [](const DeviceChoice& device) { return device.sheet().kind == "null"; };
  std::uint64_t targets = 0;
  for (const DiskGroup& group : testbed.disks) {
    if (!group.device) continue;
    if (is_null(*group.device)) return false;
    targets += group.targets;
  }
  return targets >= testbed.targets || !is_null(testbed.host.device);
}

// Each device by itself.
bool each_controller(const PointSpec& spec, bool (*holds)(const Testbed& alone)) {
  const std::vector<PlacedController> all = placed_controllers(spec.testbed);
  return std::all_of(all.begin(), all.end(),
                     [&](const PlacedController& one) { return holds(with_controller(spec.testbed, one)); });
}

// Each target is on one device of the list, and each device has some.
bool places_targets(const PointSpec& spec) {
  if (spec.testbed.controllers.empty()) return true;
  std::set<std::uint32_t> placed;
  std::size_t places = 0;
  for (const PlacedController& one : placed_controllers(spec.testbed)) {
    const auto ranges = parse_ranges(one.values.targets);
    if (one.targets.empty() || (ranges && ranges->back().end > spec.testbed.targets)) return false;
    placed.insert(one.targets.begin(), one.targets.end());
    places += one.targets.size();
  }
  return places == spec.testbed.targets && placed.size() == spec.testbed.targets;
}

std::vector<CrossCheck> checks_of_testbed() {
  return {
      {{"job.bsrange"},
       "a smaller size first, a multiple of 512 bytes, and a larger size that is a multiple of it",
       [](const PointSpec& spec) { return has_good_range(spec.testbed.job); }},
      {{"other_job.bsrange", "other_job_targets"},
       "a smaller size first, a multiple of 512 bytes, and a larger size that is a multiple of it",
       [](const PointSpec& spec) { return !runs_other_job(spec.testbed) || has_good_range(spec.testbed.other_job); }},
      {{"job.size", "job.bsrange", "job.bs", "job.bssplit", "targets"},
       "a file that holds at least one request of the largest size, on each disk of a process",
       [](const PointSpec& spec) {
         return !spec.testbed.jobs.empty() || holds_largest(spec.testbed.job, spec.testbed.targets);
       }},
      {{"other_job_targets", "targets"},
       "an other_job_targets that is at most targets",
       [](const PointSpec& spec) { return spec.testbed.other_job_targets <= spec.testbed.targets; }},
      {{"other_job.size", "other_job.bsrange", "other_job.bs", "other_job.bssplit", "other_job_targets"},
       "a file of the other job that holds at least one request of its largest size, on each disk of a process",
       [](const PointSpec& spec) {
         const Testbed& testbed = spec.testbed;
         return !runs_other_job(testbed) || holds_largest(testbed.other_job, testbed.other_job_targets);
       }},
      {{"jobs", "targets"},
       "jobs whose targets are all there, and whose sizes are as those of `job` must be",
       [](const PointSpec& spec) {
         const Testbed& testbed = spec.testbed;
         return std::all_of(testbed.jobs.begin(), testbed.jobs.end(),
                            [&testbed](const NamedSet& element) { return is_good_job(testbed, element); });
       }},
      {{"job.rate", "job.rw", "jobs", "other_job.rate"},
       "a rate in bytes for jobs that read, write or trim alone: of a mix fio limits each direction by itself, which "
       "is "
       "not modelled",
       [](const PointSpec& spec) {
         const std::vector<RunningJob> jobs = running_jobs(spec.testbed);
         return std::none_of(jobs.begin(), jobs.end(),
                             [](const RunningJob& one) { return one.job.rate_bytes() > 0 && one.job.mixes(); });
       }},
      {{"job.read_iolog", "job.replay_redirect", "targets", "jobs", "other_job.read_iolog", "other_job.replay_redirect",
        "other_job_targets"},
       "a target of the job for each file of its trace, or for replay_redirect",
       [](const PointSpec& spec) { return all_jobs(spec.testbed, has_targets_for_trace); }},
      {{"job.cpus_allowed", "guest.vcpus", "hotplug.vcpus", "jobs", "other_job.cpus_allowed"},
       "a cpus_allowed of vCPUs that are there and never go offline",
       [](const PointSpec& spec) { return all_jobs(spec.testbed, allows_vcpus_that_are_there); }},
      {{"job.cpus_allowed", "guest.pinned_vcpus", "guest.placement", "guest.migration_interval_ns", "jobs",
        "other_job.cpus_allowed"},
       "processes that cpus_allowed confines, or that the guest pins or migrates, not both",
       [](const PointSpec& spec) {
         return all_jobs(spec.testbed, [](const RunningJob& one, const Testbed& testbed) {
           return one.job.cpus_allowed.empty() || (!testbed.guest.pinned() && testbed.guest.migration_interval_ns == 0);
         });
       }},
      {{"job.thinktime_spin", "job.thinktime", "jobs", "other_job.thinktime_spin", "other_job.thinktime"},
       "a thinktime_spin that is at most thinktime",
       [](const PointSpec& spec) {
         return all_jobs(spec.testbed, [](const RunningJob& one, const Testbed&) {
           return one.job.thinktime_us == 0 || one.job.thinktime_spin_us <= one.job.thinktime_us;
         });
       }},
      {{"jobs"},
       "a stonewall only of jobs that have others before them",
       [](const PointSpec& spec) {
         return spec.testbed.jobs.empty() || with_values(FioJob{}, spec.testbed.jobs.front()).stonewall == 0;
       }},
      {{"controllers", "targets"},
       "devices that have each target once, each device at least one, and no targets that are not there",
       places_targets},
      {{"controller.virtqueue_size", "controller.ring", "controllers"},
       "a power of two if the ring is split",
       [](const PointSpec& spec) {
         return each_controller(spec, [](const Testbed& alone) {
           const std::uint32_t size = alone.controller.virtqueue_size;
           return (size & (size - 1)) == 0 || alone.controller.ring != "split";
         });
       }},
      {{"controller.virtqueue_size", "controller.seg_max", "controllers", "job.bsrange"},
       "a ring with room for the largest request: 2 descriptors, and one for each page. A chain is never longer than "
       "its ring, indirect or not",
       [](const PointSpec& spec) {
         return each_controller(spec, [](const Testbed& alone) {
           return kHeaderSegments + alone.most_request_pages() <= alone.controller.virtqueue_size;
         });
       }},
      {{"controller.max_sectors", "job.bsrange"},
       "the sectors of a page (8 of 512 bytes), or of the largest I/O: pages are not split",
       [](const PointSpec& spec) {
         std::uint64_t most = 0;
         for (const RunningJob& one : running_jobs(spec.testbed)) most = std::max(most, one.job.most_data_bytes());
         const std::uint64_t least = std::min<std::uint64_t>(most, kPageBytes);
         return least <= std::uint64_t{spec.testbed.controller.max_sectors} * scsi::kSectorBytes;
       }},
      {{"targets", "controller.devices", "controllers"},
       "at most 256 targets on each device",
       [](const PointSpec& spec) {
         const std::vector<PlacedController> all = placed_controllers(spec.testbed);
         return std::all_of(all.begin(), all.end(),
                            [](const PlacedController& one) { return one.targets.size() <= kTargetsPerDevice; });
       }},
      {{"tenant.start_s", "tenant.stop_s", "tenant.physical_cpus"},
       "a stop_s that is later than start_s",
       [](const PointSpec& spec) {
         const Tenant& tenant = spec.testbed.tenant;
         return tenant.physical_cpus == 0 || tenant.start_s < tenant.stop_s;
       }},
      {{"tenant.physical_cpus", "hardware.physical_cpus", "hardware.scheduler"},
       "a tenant that leaves the testbed at least one physical CPU, or with eevdf takes no more than there are",
       [](const PointSpec& spec) {
         const Hardware& hardware = spec.testbed.hardware;
         const std::uint32_t most = hardware.scheduler == "eevdf" ? hardware.physical_cpus : hardware.physical_cpus - 1;
         return spec.testbed.tenant.physical_cpus <= most;
       }},
      {{"host.vcpu_cpus", "hardware.physical_cpus"}, kCpuList, lists_cpus<&HostProcess::vcpu_cpus>},
      {{"host.server_cpus", "hardware.physical_cpus"}, kCpuList, lists_cpus<&HostProcess::server_cpus>},
      {{"host.worker_cpus", "hardware.physical_cpus"}, kCpuList, lists_cpus<&HostProcess::worker_cpus>},
      {{"host.vcpu_cpus", "host.server_cpus", "host.worker_cpus", "host.cfs_quota_us", "host.vcpu_quota_us",
        "host.iothread_quota_us", "host.emulator_quota_us", "hardware.sched_latency_ns", "hardware.sched_base_slice_ns",
        "hardware.scheduler", "mechanisms.preemption"},
       "a host with time slices, if threads are pinned or have a quota: a thread then has to wait for its CPU",
       [](const PointSpec& spec) {
         const HostProcess& host = spec.testbed.host;
         return (!host.pins() && host.cfs_quota_us == 0 && !host.limits()) ||
                in_effect(spec.testbed).hardware.has_slices();
       }},
      {{"host.cfs_quota_us", "host.vcpu_quota_us", "host.iothread_quota_us", "host.emulator_quota_us"},
       "a quota of all threads together, or quotas by kind, not both",
       [](const PointSpec& spec) { return spec.testbed.host.cfs_quota_us == 0 || !spec.testbed.host.limits(); }},
      {{"host.cfs_quota_us", "tenant.physical_cpus"},
       "a quota or a tenant, not both",
       [](const PointSpec& spec) {
         return spec.testbed.host.cfs_quota_us == 0 || spec.testbed.tenant.physical_cpus == 0;
       }},
      {{"guest.pinned_vcpus", "guest.vcpus", "hotplug.vcpus"},
       "no more vCPUs with pinned processes than there are vCPUs that never go offline",
       [](const PointSpec& spec) {
         return spec.testbed.guest.pinned_vcpus == 0 ||
                spec.testbed.guest.pinned_vcpus + spec.testbed.hotplug.vcpus <= spec.testbed.guest.vcpus;
       }},
      {{"guest.pinned_vcpus", "guest.placement", "guest.migration_interval_ns"},
       "processes that are pinned or migrate, not both",
       [](const PointSpec& spec) {
         return !spec.testbed.guest.pinned() || spec.testbed.guest.migration_interval_ns == 0;
       }},
      {{"guest.isolated_vcpus", "guest.vcpus"},
       "at least one vCPU that is not isolated, for queues and interrupts",
       [](const PointSpec& spec) { return spec.testbed.guest.isolated_vcpus < spec.testbed.guest.vcpus; }},
      {{"guest.placement", "guest.isolated_vcpus", "guest.pinned_vcpus", "hotplug.vcpus"},
       "for processes on isolated vCPUs: an isolated_vcpus above 0, no other pinned_vcpus, and no hotplug.vcpus, which "
       "takes the same vCPUs",
       [](const PointSpec& spec) {
         const GuestConfig& guest = spec.testbed.guest;
         return !guest.on_isolated() ||
                (guest.isolated_vcpus > 0 && guest.pinned_vcpus == 0 && spec.testbed.hotplug.vcpus == 0);
       }},
      {{"controller.vectors", "controllers"},
       "-1 (enough), or at least 2 vectors: with fewer Linux takes the interrupt line (INTx), which is not modelled",
       [](const PointSpec& spec) {
         return each_controller(spec, [](const Testbed& alone) {
           return alone.controller.vectors < 0 || alone.controller.vectors >= kFewestVectors;
         });
       }},
      {{"hotplug.vcpus", "guest.vcpus"},
       "at least one vCPU that never goes offline",
       [](const PointSpec& spec) { return spec.testbed.hotplug.vcpus < spec.testbed.guest.vcpus; }},
      {{"hotplug.offline_s", "hotplug.online_s", "hotplug.vcpus"},
       "an online_s that is later than offline_s",
       [](const PointSpec& spec) {
         const Hotplug& hotplug = spec.testbed.hotplug;
         return hotplug.vcpus == 0 || hotplug.offline_s < hotplug.online_s;
       }},
      {{"hotplug.period_s", "hotplug.offline_s", "hotplug.online_s", "hotplug.vcpus"},
       "a period_s that is longer than the time from offline_s to online_s",
       [](const PointSpec& spec) {
         const Hotplug& hotplug = spec.testbed.hotplug;
         return hotplug.vcpus == 0 || hotplug.period_s == 0 || hotplug.online_s - hotplug.offline_s < hotplug.period_s;
       }},
      {{"guest.scheduler", "guest.driver"},
       "auto, none, or a scheduler of the driver's kernel: mq-deadline on blk-mq, else noop, deadline or cfq",
       [](const PointSpec& spec) {
         const std::string& scheduler = spec.testbed.guest.scheduler;
         if (scheduler == "auto" || scheduler == "none") return true;
         return driver_version(spec.testbed).tags == (scheduler == "mq-deadline");
       }},
      {{"host.slow_targets", "targets"},
       "a slow_targets that is at most targets",
       [](const PointSpec& spec) { return spec.testbed.host.slow_targets <= spec.testbed.targets; }},
      {{"host.device", "host.backend", "disks"},
       "something that takes time: a cost of guest or host above 0, or for each disk a device of another kind than "
       "\"null\"",
       [](const PointSpec& spec) { return takes_time(spec); }},
      {{"disks", "targets"},
       "disks of no more targets than there are",
       [](const PointSpec& spec) {
         std::uint64_t targets = 0;
         for (const DiskGroup& group : spec.testbed.disks) targets += group.targets;
         return targets <= spec.testbed.targets;
       }},
      {{"disks", "controller.ioeventfd"},
       "an ioeventfd that is true if disks have throttling: what a vCPU's own thread holds back is not modelled",
       [](const PointSpec& spec) {
         const Disks& disks = spec.testbed.disks;
         return spec.testbed.controller.ioeventfd ||
                std::none_of(disks.begin(), disks.end(), [](const DiskGroup& one) { return !!one.throttling; });
       }},
      {{"disks", "host.aio"},
       "disks with cache \"none\" or \"directsync\" if host.aio is \"native\", which QEMU refuses with a page cache",
       [](const PointSpec& spec) {
         const Disks& disks = spec.testbed.disks;
         return spec.testbed.host.aio != "native" ||
                std::none_of(disks.begin(), disks.end(), [](const DiskGroup& one) { return one.in_page_cache(); });
       }},
      {{"precision.min_simulated_s", "precision.max_simulated_s"},
       "a min_simulated_s that is at most max_simulated_s",
       [](const PointSpec& spec) { return spec.precision.min_simulated_s <= spec.precision.max_simulated_s; }},
  };
}

// What a version of the driver cannot do.
void add_checks_of_drivers(std::vector<CrossCheck>& all) {
  for (const auto& [name, version] : Registry<DriverVersion>::instance().entries()) {
    const std::string with = " with driver \"" + name + '"';
    if (version.most_queues > 0)
      all.push_back({{"guest.driver", "controller.num_queues", "controllers", "guest.vcpus"},
                     "at most " + std::to_string(version.most_queues) + " request queue" +
                         (version.most_queues == 1 ? "" : "s") + " (num_queues)" + with + ", which knows no more",
                     [driver = name, most = version.most_queues](const PointSpec& spec) {
                       const std::vector<PlacedController> devices = placed_controllers(spec.testbed);
                       return spec.testbed.guest.driver != driver ||
                              std::all_of(devices.begin(), devices.end(),
                                          [most](const PlacedController& one) { return one.queues <= most; });
                     },
                     true});
    if (version.policy != nullptr)
      all.push_back({{"guest.driver", "guest.policy"},
                     "policy \"" + std::string(version.policy) + '"' + with + ", which has it built in",
                     [driver = name, policy = version.policy](const PointSpec& spec) {
                       return spec.testbed.guest.driver != driver || spec.testbed.guest.policy == policy;
                     },
                     true});
  }
}

}  // namespace

const std::vector<CrossCheck>& cross_checks() {
  static const std::vector<CrossCheck> checks = [] {
    std::vector<CrossCheck> all = checks_of_testbed();
    add_checks_of_runs(all);
    add_checks_of_drivers(all);
    for (const auto& [name, check] : Registry<TestbedCheck>::instance().entries()) {
      for (const std::string& path : check.params)
        if (find_param(path).row == nullptr)
          contract_broken("a check of a part (\"" + name + "\")", "it names " + path + ", which is no parameter");
      all.push_back({check.params, check.rule,
                     [holds = check.holds](const PointSpec& spec) { return holds(spec.testbed); }, true});
    }
    return all;
  }();
  return checks;
}

}  // namespace vqlab

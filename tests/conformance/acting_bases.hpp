// Short scenarios in which, among them all, every parameter acts.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/cross_checks.hpp"
#include "analysis/scenario/section.hpp"
#include "models/backend/backend.hpp"
#include "models/steering/policy.hpp"
#include "models/testbed/host_kind.hpp"
#include "models/testbed/topology.hpp"
#include "tests/conformance/acting_in_time.hpp"
#include "tests/conformance/short_specs.hpp"

namespace vqlab::test {

// The parameters whose values do not go together; empty if all do.
inline std::vector<std::string> refused(const PointSpec& spec) {
  for (const CrossCheck& check : cross_checks())
    if (!check.holds(spec)) return check.params;
  return {};
}

// Short of everything: CPUs, caches, commands.
inline PointSpec crowded() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.guest.policy = "target_sticky";
  testbed.controller.num_queues = 0;
  testbed.controller.virtqueue_size = 32;
  testbed.hardware.physical_cpus = 5;
  // Slices that end within a short run.
  testbed.hardware.sched_latency_ns = testbed.hardware.sched_min_granularity_ns = testbed.hardware.tick_ns = 20000;
  testbed.hardware.sched_wakeup_granularity_ns = 1000;
  testbed.guest.mempool_commands = 12;
  testbed.guest.host_busy_blocks = false;  // or hardly a target is ever idle
  testbed.guest_costs.cached_requests = 1;
  testbed.guest_costs.cold_jobs_per_vcpu = 1;
  testbed.host_costs.cached_requests = 1;
  testbed.host.slow_targets = 1;
  testbed.tenant = {.physical_cpus = 1, .start_s = 0.0002, .stop_s = 0.001};
  testbed.other_job_targets = 2;
  testbed.other_job.thinktime_us = 100;
  testbed.other_job.thinktime_blocks = 2;
  return spec;
}

// The same on a host of today.
inline PointSpec crowded_later() {
  PointSpec spec = crowded();
  spec.testbed.hardware.scheduler = "eevdf";
  spec.testbed.hardware.sched_base_slice_ns = 5000;
  return spec;
}

// Processes that always want their vCPU, of which one returns and finds all of them on the other, and a scheduler that
// is quick enough for a short run.
inline PointSpec sharing() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.host.backend = "null";
  testbed.controller.num_queues = 1;
  testbed.targets = 5;
  testbed.other_job_targets = 2;
  for (FioJob* const job : {&testbed.job, &testbed.other_job}) {
    job->bsrange = {4096, 4096};
    job->iodepth = 16;
    job->numjobs = 1;
  }
  GuestConfig& guest = testbed.guest;
  guest.vcpus = 2;
  guest.sched_latency_ns = 200000;
  guest.sched_min_granularity_ns = 50000;
  guest.sched_wakeup_granularity_ns = 20000;
  guest.sched_migration_cost_ns = 100000;
  guest.tick_ns = 50000;
  guest.balance_interval_ns = 25000;
  testbed.hotplug = {.vcpus = 1, .offline_s = 0.0002, .online_s = 0.0006, .period_s = 0};
  return spec;
}

inline PointSpec paced() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.guest.vcpus = 4;
  testbed.hotplug = {.vcpus = 1, .offline_s = 0.0005, .online_s = 0.001, .period_s = 0.002};
  testbed.job.thinktime_us = 100;
  testbed.job.thinktime_blocks = 2;
  testbed.job.rate_iops = 20000;
  testbed.other_job_targets = 2;
  testbed.other_job.rate_iops = 20000;
  return spec;
}

inline PointSpec before_the_series() {
  PointSpec spec = short_spec();
  spec.testbed.guest.driver = "before";
  spec.testbed.guest.policy = "single_queue";
  spec.testbed.controller.num_queues = 1;
  spec.testbed.job.iodepth = 1;
  spec.testbed.job.numjobs = 1;
  return spec;
}

// I/Os of several requests each, from processes that share a LUN and its requests.
inline PointSpec split() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.luns_per_target = 1;
  testbed.guest.max_sectors_kb = 16;
  testbed.guest.nr_requests = 32;
  testbed.guest.rq_affinity = false;
  testbed.other_job_targets = 2;
  return spec;
}

// One request at a time, so that threads of the host wait.
inline PointSpec idle_host() {
  PointSpec spec = later_guest();
  spec.testbed.targets = 2;
  spec.testbed.other_job_targets = 1;
  spec.testbed.other_job.rw = "randrw";
  for (FioJob* const job : {&spec.testbed.job, &spec.testbed.other_job}) {
    job->iodepth = 2;
    job->numjobs = 1;
  }
  return spec;
}

// Two iothreads that wait for many descriptors each, and poll.
inline PointSpec many_rings() {
  PointSpec spec = idle_host();
  spec.testbed.job.numjobs = 2;  // on queues of both
  spec.testbed.controller.devices = 2;
  spec.testbed.controller.num_queues = 64;
  find_param("iothreads.iothread-vq-mapping").set(spec, IothreadVqMapping{{"a", {}}, {"b", {}}});
  find_param("iothreads.polling-time").set(spec, std::string("weighted"));
  return spec;
}

// QEMU's main loop of today, and vCPUs that serve their kicks.
inline PointSpec kicks_in_vcpus() {
  PointSpec spec = idle_host();
  spec.testbed.controller.ioeventfd = false;
  return spec;
}

// Threads on CPUs of their own, but two of each kind on one, in a group that may use less than it would.
inline PointSpec placed() {
  PointSpec spec = crowded();
  HostProcess& host = spec.testbed.host;
  host.vcpu_cpus = "0-2";
  host.server_cpus = "3";
  host.worker_cpus = "4";
  host.cfs_quota_us = 2000;
  host.cfs_period_us = 1000;
  spec.testbed.tenant.physical_cpus = 0;
  return spec;
}

// One vCPU on the other hardware thread of the main loop's core, one on the next die, one on the other socket.
inline PointSpec near_and_far() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.guest.vcpus = 3;
  testbed.controller.num_queues = 0;
  testbed.hardware.physical_cpus = 16;
  testbed.hardware.threads_per_core = 2;
  testbed.host.vcpu_cpus = "0,2,4";
  testbed.host.server_cpus = "8";
  testbed.parts.set(Topology{.sockets = 2, .dies = 2, .cores = 2});
  return spec;
}

// Quotas by kind in place of that one.
inline PointSpec limited(PointSpec spec) {
  HostProcess& host = spec.testbed.host;
  host.vcpu_quota_us = host.iothread_quota_us = host.emulator_quota_us = 500;
  host.vcpu_period_us = host.iothread_period_us = host.emulator_period_us = 1000;
  if (host.server != "iothreads") host.iothread_quota_us = 0;
  if (host.server == "iothreads") host.emulator_quota_us = 0;
  spec.testbed.tenant.physical_cpus = 0;
  return spec;
}

// A limit of a disk.
inline PointSpec throttled() {
  PointSpec spec = short_spec();
  Throttling throttling;
  throttling.limits[0] = {1000, 0, 1};
  spec.testbed.disks = {{1, false, {}, throttling}};
  return spec;
}

// I/Os side by side, in plugs and where they wait.
inline PointSpec neighbours() {
  PointSpec spec = later_guest();
  Testbed& testbed = spec.testbed;
  testbed.controller.num_queues = 1;
  testbed.controller.cmd_per_lun = 2;
  testbed.job.rw = "write";
  testbed.job.bs = "4k";
  testbed.job.iodepth = 32;
  testbed.job.iodepth_batch = 4;
  return spec;
}

// Two workers for three queues.
inline PointSpec vhost_workers() {
  PointSpec spec = idle_host();
  spec.testbed.host.server = "vhost_scsi";
  spec.testbed.controller.num_queues = 3;
  find_param("vhost_scsi.workers").set(spec, std::int64_t{2});
  return spec;
}

// Jobs in a list, on a drive whose blocks differ.
inline PointSpec listed_jobs() {
  PointSpec spec = later_guest();
  Testbed& testbed = spec.testbed;
  testbed.jobs = {{"database", {{"fsync", std::int64_t{8}}}},
                  {"log", {{"rw", std::string("write")}, {"ioengine", std::string("psync")}}}};
  return spec;
}

// One request at a time, with a seek before each.
inline PointSpec seeking() {
  PointSpec spec = short_spec();
  spec.testbed.host.backend = "null";
  spec.testbed.other_job_targets = 2;
  for (FioJob* const job : {&spec.testbed.job, &spec.testbed.other_job}) {
    job->rw = "randrw";
    job->ioengine = "sync";
  }
  return spec;
}

// Jobs that come to their end.
inline PointSpec ending() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.host.backend = "null";
  testbed.targets = 2;
  testbed.other_job_targets = 1;
  for (FioJob* const job : {&testbed.job, &testbed.other_job}) {
    job->bsrange = {65536, 65536};
    job->size_bytes = 2 << 20;
    job->loops = 3;
    job->iodepth = 8;
    job->numjobs = 1;
  }
  return spec;
}

// Long enough for the stopping rule to decide.
inline PointSpec precise() {
  PointSpec spec = short_spec();
  spec.testbed.host.backend = "null";
  spec.testbed.job.bsrange = {4096, 4096};
  spec.precision = {.half_width_percent = 5, .min_simulated_s = 0.02, .max_simulated_s = 0.3};
  return spec;
}

// Each vCPU has its queue and its interrupts, whatever its processes do.
inline PointSpec own_queues() {
  PointSpec spec = crowded();
  spec.testbed.guest.policy = "per_vcpu";
  spec.testbed.hardware.physical_cpus = 8;
  return spec;
}

// And no process ever leaves its vCPU, nor waits for another.
inline PointSpec apart() {
  PointSpec spec = later_guest();
  Testbed& testbed = spec.testbed;
  testbed.targets = 6;
  testbed.controller.num_queues = 0;
  testbed.guest.pinned_vcpus = 3;
  testbed.job.iodepth = 1;
  testbed.job.numjobs = 1;
  return spec;
}

inline PointSpec one_request() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.targets = 1;
  testbed.controller.num_queues = 0;
  testbed.job.iodepth = 1;
  testbed.job.numjobs = 1;
  return spec;
}

// One vector for all queues of a device, on either driver.
inline PointSpec few_vectors(PointSpec spec) {
  spec.testbed.controller.vectors = 4;
  return spec;
}

// Two vCPUs with queues and interrupts, two that submit to those.
inline PointSpec isolated(PointSpec spec) {
  spec.testbed.guest.vcpus = 4;
  spec.testbed.guest.isolated_vcpus = 2;
  return spec;
}

// Targets that are idle now and then, and whose processes wake elsewhere.
inline PointSpec steered(const std::string& policy, std::uint32_t queues) {
  PointSpec spec = paced();
  spec.testbed.guest.policy = policy;
  spec.testbed.guest.migration_interval_ns = 1e5;
  spec.testbed.controller.num_queues = queues;
  return spec;
}

struct Base {
  std::string name;
  PointSpec spec;
  std::string csv = "";
};

// Those above, one on every host that can be composed, and two with every policy that has parameters.
inline std::vector<Base> bases() {
  std::vector<Base> all{{"crowded", crowded()},
                        {"crowded later", crowded_later()},
                        {"sharing", sharing()},
                        {"paced", paced()},
                        {"before", before_the_series()},
                        {"split", split()},
                        {"later guest", later_guest()},
                        {"listed jobs", listed_jobs()},
                        {"seeking", seeking()},
                        {"idle host", idle_host()},
                        {"many rings", many_rings()},
                        {"kicks in vCPUs", kicks_in_vcpus()},
                        {"placed", placed()},
                        {"near and far", near_and_far()},
                        {"limited", limited(crowded())},
                        {"limited later", limited(idle_host())},
                        {"neighbours", neighbours()},
                        {"throttled", throttled()},
                        {"vhost workers", vhost_workers()},
                        {"ending", ending()},
                        {"by time", by_time()},
                        {"bursts", bursts()},
                        {"replaying", replaying()},
                        {"precise", precise()},
                        {"own queues", own_queues()},
                        {"apart", apart()},
                        {"few vectors", few_vectors(paced())},
                        {"few vectors later", few_vectors(later_guest())},
                        {"isolated", isolated(paced())},
                        {"isolated later", isolated(later_guest())},
                        {"one request", one_request()}};
  for (const std::string& server : Registry<HostServerKind>::instance().names())
    for (const std::string& aio : Registry<AioKind>::instance().names())
      for (const std::string& backend : Registry<BackendEntry>::instance().names()) {
        PointSpec spec = short_spec();
        spec.testbed.host.server = server;
        spec.testbed.host.aio = aio;
        spec.testbed.host.backend = backend;
        spec.testbed.guest.vcpus = 2;
        // The beginning is faster than the drive for long: two batches with as many requests, and so with an interval
        // of 0, would lie beyond its bound. Longer runs have more batches.
        if (backend == "flash") spec.precision.min_simulated_s = spec.precision.max_simulated_s = 0.008;
        if (refused(spec).empty()) all.push_back({server + ' ' + aio + ' ' + backend, spec});
      }
  for (const std::string& policy : Registry<PolicyEntry>::instance().names())
    if (part_params().find(policy) != nullptr)
      for (const std::uint32_t queues : {0u, 2u})
        all.push_back({policy + ' ' + std::to_string(queues), steered(policy, queues)});
  return all;
}

}  // namespace vqlab::test

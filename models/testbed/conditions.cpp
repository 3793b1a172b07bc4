#include "models/testbed/conditions.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "models/backend/backend.hpp"
#include "models/base/ensure.hpp"
#include "models/base/units.hpp"
#include "models/command/command_buffers.hpp"
#include "models/testbed/block_rules.hpp"
#include "models/testbed/guest_driver.hpp"
#include "models/testbed/host_kind.hpp"
#include "models/testbed/running_jobs.hpp"

namespace vqlab {
namespace {

// Whether `holds(online vCPUs that take interrupts)` at some time.
template <class Holds>
bool at_some_time(const Testbed& testbed, const Holds& holds) {
  const std::uint32_t most = testbed.guest.housekeeping();
  return holds(most) ||
         (testbed.hotplug.vcpus > 0 && holds(std::min(most, testbed.guest.vcpus - testbed.hotplug.vcpus)));
}

bool shares_luns(const Testbed& testbed) { return most_processes_of_target(testbed) > testbed.luns_per_target; }

const BackendEntry& backend_of(const Testbed& testbed) {
  return *Registry<BackendEntry>::instance().find(testbed.host.backend);
}

const HostServerKind& server_of(const Testbed& testbed) {
  return *Registry<HostServerKind>::instance().find(testbed.host.server);
}

bool has_thread_pool(const Testbed& testbed) {
  return server_of(testbed).uses_aio && Registry<AioKind>::instance().find(testbed.host.aio)->thread_pool;
}

bool copies_in_submitter(const Testbed& testbed) {
  return server_of(testbed).uses_aio && Registry<AioKind>::instance().find(testbed.host.aio)->buffered &&
         backend_of(testbed).work(kPageBytes).copy_bytes > 0;
}

bool has_device(const Testbed& testbed) { return backend_of(testbed).device != nullptr; }

// The host's page cache has some disk.
bool caches(const Testbed& t) {
  return has_device(t) &&
         std::any_of(t.disks.begin(), t.disks.end(), [](const DiskGroup& group) { return group.in_page_cache(); });
}

// Each thing that they say is read, and there is one.
bool disks_differ(const Testbed& t) {
  bool some = false;
  for (const DiskGroup& group : t.disks) {
    const bool has_cache = group.cache != "none";
    if (group.device && t.host.backend != "device") return false;
    if (has_cache && !has_device(t)) return false;
    if ((group.throttling || has_cache) && !server_of(t).uses_aio) return false;
    some = some || group.device || group.throttling || has_cache;
  }
  return some;
}

bool managed_interrupts(const Testbed& testbed) {
  return driver_version(testbed).managed_interrupts && !shares_vector(testbed);
}

bool balances(const Testbed& testbed) {
  const GuestConfig& guest = testbed.guest;
  return guest.balance_interval_ns > 0 && guest.vcpus > 1 && !guest.pinned();
}

// One that is alone has nobody to make room for.
bool processes_stay(const Testbed& testbed) {
  const bool alone = testbed.processes() == 1 && testbed.guest.topology == "sockets";
  return (testbed.guest.pinned() || alone) && testbed.guest.migration_interval_ns == 0 && testbed.hotplug.vcpus == 0;
}

// No vCPU but one ever does anything.
bool one_vcpu_works(const Testbed& testbed) {
  const bool one_submits = testbed.guest.pinned_vcpus == 1 || testbed.processes() == 1;
  return testbed.guest.vcpus == 1 || (one_submits && own_interrupts(testbed) && processes_stay(testbed));
}

// To another vCPU than that of its process: by its interrupt, or sent by whoever made room for it.
bool leaves_its_submitter(const Testbed& testbed) {
  return !own_interrupts(testbed) || (commands_can_wait(testbed) && !one_vcpu_works(testbed));
}

// Whether I/Os could be merged if guest.max_sectors_kb were as it usually is.
bool merges_if_large(Testbed testbed) {
  testbed.guest.max_sectors_kb = GuestConfig{}.max_sectors_kb;
  return can_merge(testbed);
}

// And if its jobs went through their disks in sequence.
bool merges_if_sequential(Testbed testbed) {
  for (FioJob* const job : {&testbed.job, &testbed.other_job})
    if (job->random_offsets()) job->rw.erase(0, std::string_view("rand").size());
  return merges_if_large(std::move(testbed));
}

// At least as many threads as ever run at once.
double most_threads(const Testbed& testbed) {
  const double serving = testbed.request_queues();
  const double workers =
      has_thread_pool(testbed) ? std::min(testbed.requests_in_flight(), serving * testbed.host.worker_threads_max) : 0;
  return testbed.guest.vcpus + serving + workers + testbed.tenant.physical_cpus;
}

constexpr Condition kConditions[] = {
    {ConditionId::kSeveralVcpus, "guest.vcpus is above 1", [](const Testbed& t) { return t.guest.vcpus > 1; }},
    {ConditionId::kUnpinned, "guest.pinned_vcpus is 0, and guest.placement is not \"isolated\"",
     [](const Testbed& t) { return !t.guest.pinned(); }},
    {ConditionId::kSeveralProcesses, "there are several processes", [](const Testbed& t) { return t.processes() > 1; }},
    {ConditionId::kTimeSlices, "guest.sched_latency_ns is above 0",
     [](const Testbed& t) { return t.guest.sched_latency_ns > 0; }},
    {ConditionId::kBalances,
     "processes that are not pinned are balanced: guest.balance_interval_ns, and guest.vcpus is above 1", balances},
    {ConditionId::kScheduled, "there are time slices or processes are balanced",
     [](const Testbed& t) {
       return (t.guest.sched_latency_ns > 0 && t.mechanisms.time_slices) ||
              (balances(t) && t.mechanisms.load_balancing);
     }},
    {ConditionId::kBufferApiIsChosen, "guest.driver has no buffer API of its own",
     [](const Testbed& t) { return !driver_version(t).buffer_api; }},
    {ConditionId::kHintsDecide,
     "guest.driver hints, and a device has a request queue, with a vector, for each of several vCPUs that are not "
     "isolated",
     [](const Testbed& t) {
       return !managed_interrupts(t) && !shares_vector(t) &&
              at_some_time(t, [&t](std::uint32_t online) { return online > 1 && queues_in_use(t) == online; });
     }},
    {ConditionId::kUnhinted,
     "there are several vCPUs that are not isolated, and no hints that are applied: guest.driver hints with a request "
     "queue, and its vector, for each of them, and guest.affinity_hints applies it",
     [](const Testbed& t) {
       return !managed_interrupts(t) && at_some_time(t, [&t](std::uint32_t online) {
         return online > 1 && !(t.guest.affinity_hints && !shares_vector(t) && queues_in_use(t) == online);
       });
     }},
    {ConditionId::kRemoteInterrupts,
     "an interrupt can reach another vCPU than the one that submitted: there are several, and not each submits to a "
     "queue of its own and gets that queue's interrupts",
     [](const Testbed& t) { return !own_interrupts(t); }},
    {ConditionId::kSharedVector,
     "the virtqueues of a device share a vector: controller.vectors is less than the request queues in use and 3",
     shares_vector},
    {ConditionId::kLeavesItsSubmitter,
     "a request can come back to another vCPU than the one that submitted it: an interrupt can reach another one, or a "
     "command that waits is sent by another one",
     leaves_its_submitter},
    {ConditionId::kCompletesElsewhere,
     "a request can complete on another vCPU than the one that submitted it: an interrupt can reach another one, or a "
     "command that waits is sent by another one, and guest.rq_affinity is false, vCPUs share a last-level cache "
     "(guest.topology) or go offline",
     [](const Testbed& t) {
       const bool there = t.guest.rq_affinity && t.guest.topology == "sockets" && t.hotplug.vcpus == 0;
       return leaves_its_submitter(t) && !there;
     }},
    {ConditionId::kQueuesShared,
     "a queue's lock is taken by several vCPUs: not each submits to a queue of its own and gets that queue's "
     "interrupts",
     [](const Testbed& t) { return !own_interrupts(t); }},
    {ConditionId::kSeveralVcpusWork,
     "several vCPUs work: not all processes stay on one that gets the interrupts of its own queue",
     [](const Testbed& t) { return !one_vcpu_works(t); }},
    {ConditionId::kLinesMove,
     "several vCPUs work, and share the host's lock, targets' or queues' locks, or what the policy decides by",
     [](const Testbed& t) {
       const SubmissionRules rules = submission_rules(t);
       const bool locks = driver_version(t).host_lock || rules.target_lock != TargetLock::kNone || !own_interrupts(t);
       return rules.decision_lines > 0 || (locks && !one_vcpu_works(t));
     }},
    {ConditionId::kInterruptsBetweenVcpus,
     "a vCPU can interrupt another: there are several, and a process changes its vCPU, or is on another than its "
     "interrupts, or a command has to wait",
     [](const Testbed& t) {
       const bool comes_back = own_interrupts(t) && processes_stay(t) && !commands_can_wait(t);
       return !one_vcpu_works(t) && !comes_back;
     }},
    {ConditionId::kAddsCanFail,
     "guest.driver picks among several queues, and a command can fail to be added: more are in flight than "
     "guest.mempool_commands or a ring has room for",
     [](const Testbed& t) { return driver_version(t).steers() && queues_in_use(t) > 1 && adds_can_fail(t); }},
    {ConditionId::kHostLock, "guest.driver counts commands under the host's lock",
     [](const Testbed& t) { return driver_version(t).host_lock; }},
    {ConditionId::kSharedLuns, "guest.driver takes the lock of a command's LUN, and a LUN has several processes",
     [](const Testbed& t) { return driver_version(t).host_lock && shares_luns(t); }},
    {ConditionId::kNoTags, "guest.driver has no tags", [](const Testbed& t) { return !driver_version(t).tags; }},
    {ConditionId::kHostCanBeBusy,
     "a command can be refused: more are in flight than guest.mempool_commands or a ring has room for, or guest.policy "
     "picks among several queues and may hold one back",
     [](const Testbed& t) { return adds_can_fail(t) || (driver_version(t).steers() && queues_in_use(t) > 1); }},
    {ConditionId::kNotifyIsChosen, "guest.driver does not ring the doorbell under its one lock",
     [](const Testbed& t) { return !driver_version(t).single_lock; }},
    {ConditionId::kTargetLock, "guest.driver takes the lock of a command's target",
     [](const Testbed& t) { return submission_rules(t).target_lock != TargetLock::kNone; }},
    {ConditionId::kPicksUnderTargetLock, "guest.driver picks the queue under the target's lock",
     [](const Testbed& t) { return submission_rules(t).decides_under_lock(); }},
    {ConditionId::kLinearises, "guest.driver adds commands by add_buf",
     [](const Testbed& t) { return submission_rules(t).linearises(); }},
    {ConditionId::kIndirectTables, "controller.indirect_desc is true, and the largest request takes a table",
     [](const Testbed& t) {
       return t.controller.indirect_desc &&
              kHeaderSegments + most_merged_pages(t) > direct_up_to(submission_rules(t).buffer_api);
     }},
    {ConditionId::kColdSwitches, "a vCPU has more processes than guest_costs.cold_jobs_per_vcpu",
     [](const Testbed& t) { return cold_share_of_switches(t) > 0; }},
    {ConditionId::kColdGuestRequests, "a vCPU has more requests in flight than guest_costs.cached_requests",
     [](const Testbed& t) { return cold_share_of_guest_requests(t) > 0; }},
    {ConditionId::kSeveralRequestsPerVcpu, "more requests are in flight than there are vCPUs",
     [](const Testbed& t) { return t.requests_in_flight() > t.guest.vcpus; }},
    {ConditionId::kPaced, "a job thinks, has a rate (thinktime, rate, rate_iops) or replays a trace at its times",
     [](const Testbed& t) {
       return of_some_job(t, [](const FioJob& job) {
         return job.thinktime_us > 0 || job.rate_iops > 0 || job.rate_bytes() > 0 ||
                (job.replays() && job.replay_no_stall == 0);
       });
     }},
    {ConditionId::kSeeks, "a job has ioengine sync, and random offsets or several disks",
     [](const Testbed& t) {
       return of_some_job(t, [](const FioJob& job) {
         return job.ioengine == "sync" && (job.random_offsets() || job.mixes() || job.roams());
       });
     }},
    {ConditionId::kReapsByCall, "a job has ioengine libaio or io_uring",
     [](const Testbed& t) { return of_some_job(t, [](const FioJob& job) { return !job.waits_in_calls(); }); }},
    {ConditionId::kLargeIos,
     "the largest read or write of a job (bs, bsrange, bssplit) is longer than a page, or shorter ones can be merged",
     [](const Testbed& t) {
       return of_some_job(t, [](const FioJob& job) { return job.most_data_bytes() > kPageBytes; }) ||
              merges_if_large(t);
     }},
    {ConditionId::kNeighboursMeet,
     "neighbours can meet: a job submits several I/Os in a call (iodepth_batch), or reads or writes in sequence while "
     "more is in flight than a LUN, its HBA or a ring takes",
     neighbours_meet},
    {ConditionId::kMerges,
     "I/Os can be merged: neighbours can meet, and guest.scheduler and guest.nomerges let them become one", can_merge},
    {ConditionId::kSplitsOrMerges,
     "an I/O can be split, being larger than controller.seg_max, controller.max_sectors or guest.max_sectors_kb allow, "
     "or be merged",
     [](const Testbed& t) { return t.most_requests_of_io() > 1 || can_merge(t); }},
    {ConditionId::kReads, "a job reads",
     [](const Testbed& t) { return of_some_job(t, [](const FioJob& job) { return job.does(IoKind::kRead); }); }},
    {ConditionId::kWrites, "a job writes",
     [](const Testbed& t) { return of_some_job(t, [](const FioJob& job) { return job.does(IoKind::kWrite); }); }},
    {ConditionId::kBatches, "a job has an iodepth above 1, or the tags of blk-mq can run out",
     [](const Testbed& t) {
       return of_some_job(t, [](const FioJob& job) { return job.depth() > 1; }) ||
              (driver_version(t).tags && t.requests_in_flight() > t.controller.hba_depth());
     }},
    {ConditionId::kSeveralLuns,
     "a target has several processes (numjobs), or host.backend has a device, which tells LUNs apart",
     [](const Testbed& t) { return has_device(t) || most_processes_of_target(t) > 1; }},
    {ConditionId::kJobsShareDisks, "there are several targets, or several processes of a job",
     [](const Testbed& t) {
       return t.targets > 1 || of_some_job(t, [](const FioJob& job) { return job.numjobs > 1; });
     }},
    {ConditionId::kDisksDiffer,
     "disks say something, a device only if host.backend is \"device\", a cache only if it has devices, and throttling "
     "and cache only with a host.server in QEMU, through whose block layer requests go",
     disks_differ},
    {ConditionId::kTellsKindsApart,
     "host.backend has a device, which tells a read from a write and one address from another, or a job trims, seeks "
     "(ioengine sync), or has neighbours that are merged where it goes in sequence",
     [](const Testbed& t) {
       return has_device(t) || merges_if_sequential(t) ||
              of_some_job(t, [](const FioJob& job) { return job.trims() || job.ioengine == "sync"; });
     }},
    {ConditionId::kOvercommit,
     "more threads of the host can run than hardware.physical_cpus, or some are pinned (host.vcpu_cpus, "
     "host.server_cpus, host.worker_cpus)",
     [](const Testbed& t) { return t.host.pins() || most_threads(t) > t.hardware.physical_cpus; }},
    {ConditionId::kColdHostRequests, "more requests are in flight than host_costs.cached_requests",
     [](const Testbed& t) { return cold_share_of_host_requests(t) > 0; }},
    {ConditionId::kSeveralRequests, "several requests are in flight",
     [](const Testbed& t) { return t.requests_in_flight() > 1; }},
    {ConditionId::kThreadPool, "host.server gives requests to the thread pool of host.aio", has_thread_pool},
    {ConditionId::kIothreads, "host.server has iothreads", [](const Testbed& t) { return server_of(t).iothreads; }},
    {ConditionId::kEmulatorThreads, "host.server has no iothreads, or gives requests to the thread pool of host.aio",
     [](const Testbed& t) { return !server_of(t).iothreads || has_thread_pool(t); }},
    {ConditionId::kWorkerPages, "a worker of host.backend, or of a disk with a `cache`, handles each page",
     [](const Testbed& t) { return backend_of(t).work(kPageBytes).worker_pages > 0 || caches(t); }},
    {ConditionId::kCopies, "data is copied from or to the host's page cache: host.backend, or a `cache` of disks",
     [](const Testbed& t) {
       return copies_in_submitter(t) ||
              (has_thread_pool(t) && (backend_of(t).work(kPageBytes).copy_bytes > 0 || caches(t)));
     }},
    {ConditionId::kCopiesInSubmitter, "host.aio is \"io_uring\", and host.backend copies data", copies_in_submitter},
    {ConditionId::kChoosesBatches, "host.server leaves it open",
     [](const Testbed& t) { return server_of(t).chooses_batches; }},
    {ConditionId::kPollsDescriptors, "host.server pays for each descriptor that it polls",
     [](const Testbed& t) { return server_of(t).polls_descriptors(t); }},
    {ConditionId::kPaysForEvents,
     "a loop of host.server pays for descriptors that are ready: iothreads.fdmon is \"io_uring\", or \"epoll\" and it "
     "has 64 of them",
     [](const Testbed& t) { return server_of(t).pays_for_events(t); }},
    {ConditionId::kIoeventfd, "controller.ioeventfd is true", [](const Testbed& t) { return t.controller.ioeventfd; }},
    {ConditionId::kServesKicks, "controller.ioeventfd is false",
     [](const Testbed& t) { return !t.controller.ioeventfd; }},
    {ConditionId::kScansInFlight, "host.server searches the requests in flight",
     [](const Testbed& t) { return server_of(t).scans_in_flight; }},
    {ConditionId::kPaysDrains, "host.server allocates a request before it looks whether there is one",
     [](const Testbed& t) { return server_of(t).pays_drains; }},
    {ConditionId::kTellsRequestsApart,
     "host.backend has a device, which tells a read from a write and one address from another", has_device},
    {ConditionId::kPicksAmongQueues, "a device has several request queues",
     [](const Testbed& t) { return queues_in_use(t) > 1 || driver_version(t).policy != nullptr; }},
};

}  // namespace

const Condition& condition(ConditionId id) {
  for (const Condition& one : kConditions)
    if (one.id == id) return one;
  ensure(false, "each condition has its row");
  return kConditions[0];
}

std::string words_of(const ReadIf& one) { return one.id ? condition(*one.id).words : one.words; }

}  // namespace vqlab

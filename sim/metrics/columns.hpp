// The columns of points.csv, stages.csv, jobs.csv, phases.csv and disks.csv: the one place that names them.
// docs/reference/columns.md is made from it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/resource_id.hpp"

namespace vqlab {

// How a number comes from a run; docs/models/statistics.md has the intervals.
enum class Estimator : std::uint8_t {
  kGiven,     // says which run it is
  kCount,     // counted over the whole run; no interval
  kRate,      // a counter over simulated time, after the warm-up
  kRatio,     // one counter over another, after the warm-up
  kQuantile,  // of the latencies after the warm-up
  kIndex,     // Jain's index; no interval
  kBound,     // computed from the testbed, not simulated; no interval
};

struct Column {
  std::string_view name;  // with its unit as suffix, if it has one
  std::string_view unit;
  Estimator estimator;
  std::string_view meaning;
};

// Quantities that a run gives, in the order of points.csv.
enum class Measure : std::uint8_t {
  kBandwidth,
  kIops,
  kBandwidthBound,
  kLatencyMean,
  kLatencyP50,
  kLatencyP95,
  kLatencyP99,
  kLatencyP999,
  kKicks,
  kInterrupts,
  kDeliveries,
  kExits,
  kLockWait,
  kQueueSwitches,
  kRequeues,
  kReorders,
  kServerUtilization,
  kWorkersBusy,
  kWorkersUtilization,
  kBusUtilization,
  kHostCpusBusy,
  kHostCpusUtilization,
  kCpuTime,
  kFairness,
  kHostLockUtilization,
  kLunLockUtilization,
  kTargetLockUtilization,
  kQueueLockUtilization,
  kCommandSlotsUtilization,
  kWorkerPoolUtilization,
  kPoolLockUtilization,
  kDeviceCommandsUtilization,
  kDeviceDiesUtilization,
  kDeviceLinksUtilization,
  kPaceUtilization,
};

struct MeasureRow {
  Measure measure;
  Column column;
  ResourceId busy = ResourceId::kNone;  // the resource that is busy for this share of the time
};

inline constexpr std::array<MeasureRow, 35> kMeasures{{
    {Measure::kBandwidth,
     {"bandwidth_mib_per_s", "MiB/s", Estimator::kRate,
      "Data read, written and trimmed by the processes of all targets: the I/Os of each job and kind times their mean "
      "size."}},
    {Measure::kIops, {"iops", "1/s", Estimator::kRate, "Completed requests: reads, writes and trims."}},
    {Measure::kBandwidthBound,
     {"bandwidth_bound_mib_per_s", "MiB/s", Estimator::kBound,
      "Bandwidth that no run of this testbed can exceed. Absent if some targets run another job."}},
    {Measure::kLatencyMean,
     {"latency_mean_us", "us", Estimator::kRatio,
      "Mean latency of a request, from before its submission until its process has it back."}},
    {Measure::kLatencyP50, {"latency_p50_us", "us", Estimator::kQuantile, "Median latency."}},
    {Measure::kLatencyP95, {"latency_p95_us", "us", Estimator::kQuantile, "95 % quantile of the latency."}},
    {Measure::kLatencyP99, {"latency_p99_us", "us", Estimator::kQuantile, "99 % quantile of the latency."}},
    {Measure::kLatencyP999, {"latency_p99_9_us", "us", Estimator::kQuantile, "99.9 % quantile of the latency."}},
    {Measure::kKicks,
     {"kicks_per_io", "1/request", Estimator::kRatio, "Doorbells that the driver rang, for each request."}},
    {Measure::kInterrupts,
     {"interrupts_per_io", "1/request", Estimator::kRatio, "Interrupts that the device sent, for each request."}},
    {Measure::kDeliveries,
     {"deliveries_per_io", "1/request", Estimator::kRatio,
      "Interrupts that a vCPU took, for each request. One that was sent while another of its queue was pending is no "
      "delivery of its own."}},
    {Measure::kExits,
     {"exits_per_io", "1/request", Estimator::kRatio,
      "Exits from the guest, for each request: doorbells, IPIs sent, halts, and completions of interrupts."}},
    {Measure::kLockWait,
     {"lock_wait_us_per_io", "us/request", Estimator::kRatio,
      "Time that vCPUs spun on the guest's locks, for each request."}},
    {Measure::kQueueSwitches,
     {"queue_switches_per_io", "1/request", Estimator::kRatio,
      "Requests that took another queue than the target's request before them, as a share."}},
    {Measure::kRequeues,
     {"requeues_per_io", "1/request", Estimator::kRatio,
      "Commands that the driver refused because the ring had no room, for each request; they are tried again."}},
    {Measure::kReorders,
     {"reorders", "", Estimator::kCount,
      "Commands that the device took before one that it should have taken earlier."}},
    {Measure::kServerUtilization,
     {"main_loop_utilization", "share", Estimator::kRate,
      "Busy time of the busiest thread that serves queues, whatever the server is: the main loop, an iothread or a "
      "vhost worker."},
     ResourceId::kMainLoop},
    {Measure::kWorkersBusy,
     {"workers_busy_mean", "", Estimator::kRate, "Workers of the host's thread pool that are busy at any time."}},
    {Measure::kWorkersUtilization,
     {"workers_utilization", "share", Estimator::kRate, "The same as a share of the workers that there can be."},
     ResourceId::kWorkers},
    {Measure::kBusUtilization,
     {"bus_utilization", "share", Estimator::kRate, "Bytes copied, as a share of the memory bus's bandwidth."},
     ResourceId::kMemoryBus},
    {Measure::kHostCpusBusy,
     {"host_cpus_busy_mean", "", Estimator::kRate, "Physical CPUs of the host that are busy at any time."}},
    {Measure::kHostCpusUtilization,
     {"host_cpus_utilization", "share", Estimator::kRate, "The same as a share of all physical CPUs."},
     ResourceId::kPhysicalCpus},
    {Measure::kCpuTime, {"cpu_us_per_io", "us/request", Estimator::kRatio, "Time of physical CPUs, for each request."}},
    {Measure::kFairness,
     {"fairness_jain", "", Estimator::kIndex,
      "Jain's index of the targets' bytes: 1 if all have the same, 1 / targets if one has all."}},
    {Measure::kHostLockUtilization,
     {"host_lock_utilization", "share", Estimator::kRate, "Time that the busiest SCSI host lock is held."},
     ResourceId::kHostLock},
    {Measure::kLunLockUtilization,
     {"lun_lock_utilization", "share", Estimator::kRate,
      "Time that the busiest LUN's lock is held. 0 if no LUN has several processes."},
     ResourceId::kLunLock},
    {Measure::kTargetLockUtilization,
     {"target_lock_utilization", "share", Estimator::kRate, "Time that the busiest target lock is held."},
     ResourceId::kTargetLock},
    {Measure::kQueueLockUtilization,
     {"queue_lock_utilization", "share", Estimator::kRate, "Time that the busiest queue lock is held."},
     ResourceId::kQueueLock},
    {Measure::kCommandSlotsUtilization,
     {"command_slots_utilization", "share", Estimator::kRate,
      "Time for which some command waits for room in its ring, or for the number of commands that its LUN, its HBA or "
      "its driver takes."},
     ResourceId::kCommandSlots},
    {Measure::kWorkerPoolUtilization,
     {"worker_pool_utilization", "share", Estimator::kRate,
      "Threads of the busiest thread pool that work or wait for storage with a request in hand, as a share of those "
      "that there can be."},
     ResourceId::kWorkerPool},
    {Measure::kPoolLockUtilization,
     {"pool_lock_utilization", "share", Estimator::kRate, "Time that the mutex of the busiest thread pool is held."},
     ResourceId::kPoolLock},
    {Measure::kDeviceCommandsUtilization,
     {"device_commands_utilization", "share", Estimator::kRate,
      "Busy time of the drive's command unit. 0 without a drive, as for the next two."},
     ResourceId::kDeviceCommands},
    {Measure::kDeviceDiesUtilization,
     {"device_dies_utilization", "share", Estimator::kRate, "Busy time of the drive's dies, as a share of all."},
     ResourceId::kDeviceDies},
    {Measure::kDeviceLinksUtilization,
     {"device_links_utilization", "share", Estimator::kRate,
      "Busy time of the links between the drive's controller and its dies, as a share of all."},
     ResourceId::kDeviceLinks},
    {Measure::kPaceUtilization,
     {"pace_utilization", "share", Estimator::kRate,
      "Time for which a job's think time or rate holds its requests back: of the processes that have such a job, on "
      "average."},
     ResourceId::kPace},
}};

constexpr bool in_order_of_measures() {
  for (std::size_t i = 0; i < kMeasures.size(); ++i)
    if (static_cast<std::size_t>(kMeasures[i].measure) != i) return false;
  return true;
}
static_assert(in_order_of_measures());

// The name of the column.
[[nodiscard]] constexpr std::string_view name_of(Measure measure) {
  return kMeasures[static_cast<std::size_t>(measure)].column.name;
}

// What a run is read for: each of them must have settled, or is said not to have.
inline constexpr std::array kHeadlines{Measure::kBandwidth,  Measure::kIops,  Measure::kLatencyMean,
                                       Measure::kLatencyP99, Measure::kKicks, Measure::kInterrupts};

// How busy the resource of this name is. None: that of vCPUs is told of each by itself, and that of others not at all.
[[nodiscard]] std::optional<Measure> utilization_of(std::string_view resource);

// One more for each vCPU; N is its number.
inline constexpr Column kVcpuUtilization{"vcpuN_utilization", "share", Estimator::kRate,
                                         "Busy time of vCPU N, counted from 0."};
[[nodiscard]] std::string vcpu_utilization_name(std::size_t vcpu);
[[nodiscard]] bool is_vcpu_utilization(std::string_view name);

// The name of a curve's column in result files, of a curve's member in records and in the journal, and the scope of a
// mean over a curve. Scenarios say "curves"; result files are an interface and keep the word that they began with.
inline constexpr const char* kCurveColumn = "series";

// What tells the rows of both files apart. The swept axes come between kPlace and kSeed.
inline constexpr std::array<Column, 2> kPlaceColumns{{
    {"point", "", Estimator::kGiven, "Position of the point in the study, from 0."},
    {kCurveColumn, "", Estimator::kGiven, "Name of its curve."},
}};
inline constexpr Column kSeedColumn{"seed", "", Estimator::kGiven, "Seed of all random numbers."};

// Of points.csv, before the quantities.
inline constexpr std::array<Column, 4> kRunColumns{{
    {"precise", "", Estimator::kGiven, "true if the run reached the precision asked for."},
    {"not_settled", "", Estimator::kGiven,
     "Quantities in which halves of the run, runs of the point or a longer run disagree by more than their intervals, "
     "with blanks between them. If there is one, no interval of the run can be trusted. If it is empty although "
     "long runs are missing (run.json: long_runs_finished below long_runs_total), a longer run may still disagree."},
    {"simulated_s", "s", Estimator::kGiven, "Simulated time, warm-up included."},
    {"completed_ios", "", Estimator::kCount, "Completed requests, warm-up included."},
}};

// Of stages.csv.
inline constexpr Column kStageColumn{"stage", "", Estimator::kGiven, "Stage of a request's way."};
inline constexpr std::array<Column, 4> kStageMeasures{{
    {"latency_us", "us", Estimator::kRatio, "Mean time that a request spends in the stage."},
    {"queueing_us", "us", Estimator::kRatio, "The part of it in which the request waits for something that is busy."},
    {"service_us", "us", Estimator::kRatio, "The rest: what the stage takes on a machine that is otherwise idle."},
    {"requests_mean", "", Estimator::kRate, "Requests in the stage at any time."},
}};

// Of jobs.csv.
inline constexpr std::array<Column, 2> kJobColumns{{
    {"job", "", Estimator::kGiven, "Name of the job: that of the list `jobs`, or `job` or `other_job`."},
    {"kind", "", Estimator::kGiven, "read, write, trim or flush."},
}};
inline constexpr std::array<Column, 8> kJobMeasures{{
    {"iops", "1/s", Estimator::kRate, "Completed I/Os of this job and kind."},
    {"bandwidth_mib_per_s", "MiB/s", Estimator::kRate,
     "Data read or written, or blocks trimmed: I/Os times their mean size. Of flushes 0."},
    {"latency_mean_us", "us", Estimator::kRatio, "Their mean latency."},
    {"latency_p50_us", "us", Estimator::kQuantile, "Their median latency."},
    {"latency_p95_us", "us", Estimator::kQuantile, "95 % quantile of their latency."},
    {"latency_p99_us", "us", Estimator::kQuantile, "99 % quantile of their latency."},
    {"latency_p99_9_us", "us", Estimator::kQuantile, "99.9 % quantile of their latency."},
    {"merged_per_s", "1/s", Estimator::kRate,
     "Requests of theirs that the guest merged into others, so that they did not reach the ring."},
}};

// Of phases.csv, before the job, its kind and its measures.
inline constexpr std::array<Column, 3> kPhaseColumns{{
    {"phase", "", Estimator::kGiven, "Number of the phase, from 0."},
    {"begin_s", "s", Estimator::kGiven, "When it begins, in simulated time."},
    {"end_s", "s", Estimator::kGiven, "When it ends."},
}};

// Of disks.csv.
inline constexpr std::array<Column, 3> kDiskColumns{{
    {"target", "", Estimator::kGiven, "Number of the target, from 0."},
    {"lun", "", Estimator::kGiven, "Number of the LUN on it, from 0."},
    {"kind", "", Estimator::kGiven, "read, write, trim or flush."},
}};
inline constexpr std::array<Column, 4> kDiskMeasures{{
    {"iops", "1/s", Estimator::kRate, "Completed I/Os of this disk and kind, of all jobs."},
    {"bandwidth_mib_per_s", "MiB/s", Estimator::kRate, "Data read or written, or blocks trimmed, as counted."},
    {"latency_mean_us", "us", Estimator::kRatio, "Their mean latency."},
    {"merged_per_s", "1/s", Estimator::kRate, "Requests of theirs that were merged into others."},
}};

// The column of a quantity's interval: half of the width of its 95 % interval.
[[nodiscard]] std::string interval_name(std::string_view column);

// Names of the quantities, without those of vCPUs.
[[nodiscard]] std::vector<std::string> quantity_names();

// Whether it is the name of a quantity, vCPUs included.
[[nodiscard]] bool is_quantity_name(std::string_view name);

}  // namespace vqlab

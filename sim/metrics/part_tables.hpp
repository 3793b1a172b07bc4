// Tables of a point's parts that are written where they are asked for. Here alone their columns are named.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/columns.hpp"

namespace vqlab {

enum class PartTable : std::uint8_t { kQueues, kVcpus, kHostThreads, kTimeSeries };
inline constexpr std::size_t kPartTables = 4;

// Without intervals: there may be thousands.
struct PartRow {
  std::vector<std::string> names;  // which part it is
  std::vector<double> numbers;     // not finite: not known
};
using PartRows = std::vector<PartRow>;

inline constexpr std::array<Column, 2> kQueueColumns{{
    {"device", "", Estimator::kGiven, "Number of the controller, from 0."},
    {"queue", "", Estimator::kGiven, "Number of its request queue, from 0."},
}};
inline constexpr std::array<Column, 8> kQueueMeasures{{
    {"requests_per_s", "1/s", Estimator::kRate, "Requests that the host has taken from the queue."},
    {"requests_mean", "", Estimator::kRate, "Requests in the ring or with the host at any time."},
    {"in_ring_mean_us", "us", Estimator::kRatio, "Mean time from the ring until the host has taken the request."},
    {"at_host_mean_us", "us", Estimator::kRatio, "Mean time from then until it is in the used ring."},
    {"kicks_per_s", "1/s", Estimator::kRate, "Doorbells that the driver rang."},
    {"interrupts_per_s", "1/s", Estimator::kRate, "Interrupts that the device sent."},
    {"lock_utilization", "share", Estimator::kRate, "Time that the queue's lock is held."},
    {"lock_wait_mean_us", "us", Estimator::kRatio, "Time that vCPUs spun on it, for each request."},
}};

inline constexpr std::array<Column, 1> kVcpuColumns{{
    {"vcpu", "", Estimator::kGiven, "Number of the vCPU, from 0."},
}};
inline constexpr std::array<Column, 10> kVcpuMeasures{{
    {"utilization", "share", Estimator::kRate, "Busy time, spinning on locks and leaving a halt included."},
    {"process_utilization", "share", Estimator::kRate,
     "The part of it for processes: fio and its system calls, and switches between processes."},
    {"softirq_utilization", "share", Estimator::kRate, "The part for the block layer's softirq."},
    {"ipi_utilization", "share", Estimator::kRate, "The part for IPIs that it has taken."},
    {"irq_utilization", "share", Estimator::kRate, "The part for interrupts of queues and timers."},
    {"steal", "share", Estimator::kRate,
     "Time for which it wanted to run and its thread had no physical CPU. 0 where the host's scheduler has no time "
     "slices: work then takes longer instead."},
    {"exits_per_s", "1/s", Estimator::kRate,
     "Exits from the guest: doorbells, IPIs sent, halts, and completions of interrupts."},
    {"halts_per_s", "1/s", Estimator::kRate, "Those of them that are halts."},
    {"interrupts_per_s", "1/s", Estimator::kRate, "Interrupts of request queues that it has taken."},
    {"ipis_per_s", "1/s", Estimator::kRate, "IPIs that it has taken."},
}};

inline constexpr std::array<Column, 1> kHostThreadColumns{{
    {"thread", "", Estimator::kGiven,
     "A thread that serves queues, a thread pool (all workers of one server's thread together), or a vCPU's thread."},
}};
inline constexpr std::array<Column, 5> kHostThreadMeasures{{
    {"threads", "", Estimator::kCount, "How many it may be: 1, or the most workers of the pool."},
    {"busy_mean", "", Estimator::kRate,
     "How many of them work at any time; of one thread its utilisation. Busy polling is no work."},
    {"polling_mean", "", Estimator::kRate, "How many poll with nothing to do. Known of threads that serve queues."},
    {"no_cpu_mean", "", Estimator::kRate, "How many want to run and have no physical CPU. Not known of pools."},
    {"wakeups_per_s", "1/s", Estimator::kRate, "How often they are woken from sleep."},
}};

inline constexpr std::array<Column, 2> kTimeSeriesColumns{{
    {"job", "", Estimator::kGiven, "Name of the job; empty for all of them together. One job has no rows of its own."},
    {"warm_up", "", Estimator::kGiven, "true if the bin begins in the warm-up, which points.csv leaves out."},
}};
inline constexpr std::array<Column, 9> kTimeSeriesMeasures{{
    {"time_s", "s", Estimator::kGiven, "Simulated time at which the bin begins."},
    {"length_s", "s", Estimator::kGiven, "Its length."},
    {"bandwidth_mib_per_s", "MiB/s", Estimator::kRate, "Data of I/Os that came back in the bin, as counted."},
    {"iops", "1/s", Estimator::kRate, "Reads, writes and trims that came back."},
    {"latency_mean_us", "us", Estimator::kRatio, "Their mean latency. Empty if none came back."},
    {"latency_p99_us", "us", Estimator::kQuantile, "99 % quantile of their latency. Empty if none came back."},
    {"in_flight_mean", "", Estimator::kRate, "I/Os on their way at any time of the bin, flushes apart."},
    {"vcpus_busy_mean", "", Estimator::kRate, "vCPUs that are busy at any time. Of all jobs together alone."},
    {"host_cpus_busy_mean", "", Estimator::kRate, "The same of physical CPUs."},
}};

struct PartTableColumns {
  std::string_view name;  // of the file, without .csv
  std::string_view rows;  // what one row is for, beside each point and seed
  std::span<const Column> names;
  std::span<const Column> measures;
};

// By PartTable.
inline constexpr std::array<PartTableColumns, kPartTables> kPartTableColumns{{
    {"queues", "request queue", kQueueColumns, kQueueMeasures},
    {"vcpus", "vCPU", kVcpuColumns, kVcpuMeasures},
    {"host_threads", "thread of QEMU on the host, or pool of threads", kHostThreadColumns, kHostThreadMeasures},
    {"time_series", "bin of the simulated time, and job if there are several", kTimeSeriesColumns, kTimeSeriesMeasures},
}};

// The rows of each, by PartTable.
using PartTables = std::array<PartRows, kPartTables>;

}  // namespace vqlab

// What a real machine can report of a cell, and where one reads it.
#pragma once

#include <array>
#include <string_view>

#include "sim/metrics/columns.hpp"

namespace vqlab {

struct RealCounter {
  Measure measure;         // of the results
  std::string_view name;   // in tables
  std::string_view where;  // on a real machine
};

// IOPS are left out: beside the bandwidth they tell nothing new, as sizes of requests are known. So are times that
// locks are waited for: the kernel's own statistics of locks slow what they measure.
inline constexpr std::array<RealCounter, 9> kRealCounters{{
    {Measure::kBandwidth, "bandwidth", "fio: bw_bytes of all jobs (--output-format=json)"},
    {Measure::kLatencyMean, "mean latency", "fio: lat_ns.mean"},
    {Measure::kLatencyP99, "p99 latency", "fio: clat_ns.percentile 99"},
    {Measure::kKicks, "kicks", "host: perf stat -e kvm:kvm_fast_mmio,kvm:kvm_pio, over fio's total_ios"},
    {Measure::kInterrupts, "interrupts sent", "host: perf stat -e kvm:kvm_msi_set_irq, over fio's total_ios"},
    {Measure::kDeliveries, "interrupts taken", "guest: /proc/interrupts, rows virtioN-request, over fio's total_ios"},
    {Measure::kExits, "exits", "host: perf stat -e kvm:kvm_exit, over fio's total_ios"},
    {Measure::kCpuTime, "CPU per I/O", "host: /proc/stat, time that is not idle, over fio's total_ios"},
    {Measure::kServerUtilization, "serving thread", "host: /proc/PID/task/TID/stat of the busiest thread that serves"},
}};

}  // namespace vqlab

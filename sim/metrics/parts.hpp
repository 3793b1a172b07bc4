// What a run says of a part of its I/Os: those of one kind, of one job or to one disk.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/io_kind.hpp"
#include "sim/metrics/interval.hpp"

namespace vqlab {

struct JobTimes {
  std::string job;
  IoKind kind = IoKind::kRead;
  Estimate iops;
  Estimate bandwidth_mib_per_s;
  Estimate latency_mean_us;
  Estimate latency_p50_us;
  Estimate latency_p95_us;
  Estimate latency_p99_us;
  Estimate latency_p99_9_us;
  Estimate merged_per_s;  // requests
};

// In the order of their columns.
inline constexpr std::array kJobEstimates{
    &JobTimes::iops,           &JobTimes::bandwidth_mib_per_s, &JobTimes::latency_mean_us,  &JobTimes::latency_p50_us,
    &JobTimes::latency_p95_us, &JobTimes::latency_p99_us,      &JobTimes::latency_p99_9_us, &JobTimes::merged_per_s};

// The same in a stretch of time in which the same jobs were running.
struct PhaseTimes {
  std::uint32_t phase = 0;
  double begin_s = 0;
  double end_s = 0;
  JobTimes times;
};

struct DiskTimes {
  std::uint32_t target = 0;
  std::uint32_t lun = 0;
  IoKind kind = IoKind::kRead;
  // Without intervals: there may be thousands of disks.
  double iops = 0;
  double bandwidth_mib_per_s = 0;
  double latency_mean_us = 0;
  double merged_per_s = 0;  // requests
};

inline constexpr std::array kDiskNumbers{&DiskTimes::iops, &DiskTimes::bandwidth_mib_per_s, &DiskTimes::latency_mean_us,
                                         &DiskTimes::merged_per_s};

}  // namespace vqlab

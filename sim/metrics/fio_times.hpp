// What fio's JSON says of a job, where it is asked for: latencies as histograms, and depths.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/io_kind.hpp"
#include "sim/metrics/histogram.hpp"

namespace vqlab {

// How many I/Os something was done with, counted by fio's seven groups.
enum class FioDepth : std::uint8_t {
  kLevel,     // in flight when an I/O was submitted, itself included: 1, 2-3, 4-7, ..., 32-63, 64 and more
  kSubmit,    // I/Os of a call that submits: 0, 1-4, 5-8, ..., 33-64, more
  kComplete,  // I/Os that were reaped at once, in the same groups
};
inline constexpr std::size_t kFioDepthKinds = 3;
inline constexpr std::size_t kFioDepthGroups = 7;
using FioDepths = std::array<std::array<std::uint64_t, kFioDepthGroups>, kFioDepthKinds>;

// Of a rate, over stretches of the run of equal length, or weighted with their lengths.
struct RateSpread {
  double min = 0;
  double max = 0;
  double mean = 0;
  double stddev = 0;
};

// Of a stretch of the simulated time, warm-up included.
struct FioBin {
  double end_s = 0;
  double length_s = 0;
  std::uint64_t ios = 0;
  std::uint64_t bytes = 0;
  double latency_mean_ns = 0;  // 0 if none came back
};

struct FioKindTimes {
  IoKind kind = IoKind::kRead;
  std::uint64_t ios = 0;
  std::uint64_t bytes = 0;
  Histogram slat{};  // until the call that submits has returned; none where that call returns with the I/O done
  Histogram clat{};  // from then on
  Histogram lat{};
  RateSpread iops{};
  RateSpread bytes_per_s{};
  std::vector<FioBin> bins{};  // of a run with a time series
};

struct FioJobTimes {
  std::string job{};
  double measured_s = 0;              // simulated time that all this is of
  std::uint64_t samples = 0;          // stretches that the spreads are over
  std::vector<FioKindTimes> kinds{};  // those that it does
  FioDepths depths{};
};

}  // namespace vqlab

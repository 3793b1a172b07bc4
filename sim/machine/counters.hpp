// What is counted while a testbed runs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "models/base/io_kind.hpp"
#include "sim/metrics/histogram.hpp"

namespace vqlab::sim {

enum class Count : std::uint8_t {
  kCompleted,      // reads, writes and trims that their process has reaped
  kRequests,       // of those I/Os and of flushes, before some of them are merged
  kMerged,         // of those: merged into others, so that they do not reach the ring
  kBytes,          // of those I/Os
  kKicks,          // doorbells rung
  kInterrupts,     // interrupts injected
  kDeliveries,     // interrupts that a vCPU has taken
  kExits,          // VM exits: doorbells, IPIs sent, halts, interrupt completions
  kQueueSwitches,  // commands that took another queue than their target's last one
  kRequeues,       // commands that the driver refused with "host busy"
  kReorders,       // commands that the device took before one it should have taken earlier
  kEnd,            // nothing: as many are counted as stand before it
};
inline constexpr auto kCounts = static_cast<std::size_t>(Count::kEnd);

// I/Os of one kind and one job: totals since the beginning, and the latencies since somebody last took them, each from
// the beginning of the submission to the reaping.
struct KindCounters {
  std::uint64_t ios = 0;
  std::uint64_t bytes = 0;
  Histogram latency;
  std::uint64_t merged = 0;  // requests
};
using JobCounters = std::array<KindCounters, kIoKinds>;

// Totals since the beginning, and the latencies since somebody last took them.
struct Counters {
  std::array<std::uint64_t, kCounts> totals{};
  Histogram latency;  // of reads, writes and trims, from the beginning of the submission to the reaping

  void add(Count count, std::uint64_t n = 1) noexcept { totals[static_cast<std::size_t>(count)] += n; }
  [[nodiscard]] std::uint64_t total(Count count) const noexcept { return totals[static_cast<std::size_t>(count)]; }
};

}  // namespace vqlab::sim

// How Linux's fair scheduler (3.6 to 3.10) shares a CPU among threads of equal weight. Times that they have had a CPU
// are compared within one CPU.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "models/base/units.hpp"

namespace vqlab {

class FairShare {
 public:
  // No time slices.
  FairShare() = default;
  // The kernel multiplies all three by 1 + log2 of the number of CPUs, of 8 at most.
  FairShare(double latency_ns, double min_granularity_ns, double wakeup_granularity_ns, std::uint32_t cpus)
      : latency_(scaled(latency_ns, cpus)),
        min_granularity_(scaled(min_granularity_ns, cpus)),
        wakeup_granularity_(scaled(wakeup_granularity_ns, cpus)) {}

  [[nodiscard]] bool slices() const noexcept { return latency_ > Duration{0}; }
  // Where a thread that wakes is put, which had the CPU for `had` while the one that had it least had it for `least`:
  // who has slept for long is not ahead for long.
  [[nodiscard]] Duration woken(Duration had, Duration least) const noexcept {
    return std::max(had, least - latency_ / 2);
  }
  // Whether a thread that wakes takes the CPU from the current one.
  [[nodiscard]] bool preempts(Duration woken, Duration current) const noexcept {
    return current - woken > wakeup_granularity_;
  }
  // Whether, at a tick of the timer, the current thread has to let the first of those who wait have the CPU. `ran`:
  // since it got it; `runnable`: itself included.
  [[nodiscard]] bool slice_is_over(Duration ran, Duration current, Duration first,
                                   std::uint32_t runnable) const noexcept {
    const Duration slice = std::max(latency_ / runnable, min_granularity_);
    return ran > slice || (ran >= min_granularity_ && current - first > slice);
  }

 private:
  static Duration scaled(double ns, std::uint32_t cpus) noexcept {
    return Duration{static_cast<std::int64_t>(ns) * std::bit_width(std::min(cpus, 8u))};
  }

  Duration latency_{0};
  Duration min_granularity_{0};
  Duration wakeup_granularity_{0};
};

}  // namespace vqlab

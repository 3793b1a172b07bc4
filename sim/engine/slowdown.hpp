// How much longer work takes at this moment than on a CPU that its thread has for itself.
#pragma once

#include <cstdint>

#include "models/base/cost.hpp"

namespace vqlab::sim {

// Shared by all whose work it stretches.
class Slowdown {
 public:
  // Threads that share a CPU are served alike, in slices too short to be seen.
  Slowdown() = default;
  // A thread whose CPU others want too loses it after `timeslice` of work on average, in the middle of whatever it
  // does, and gets it back when the others had theirs. 0: as above.
  Slowdown(Duration timeslice, RandomStream random)
      : timeslice_(timeslice),
        pause_(Cost{static_cast<double>(timeslice.count()), Shape::kExponential}),
        random_(random) {}

  // Work takes `factor` times as long while its thread runs, and `threads` share `cpus`, which limits them if they are
  // more. Preconditions: factor >= 1, cpus > 0.
  void set(double factor, std::uint32_t threads, std::uint32_t cpus) noexcept {
    factor_ = static_cast<std::uint64_t>(factor * kOne);
    crowd_ = threads > cpus ? (std::uint64_t{threads - cpus} << 16) / cpus : 0;
  }

  [[nodiscard]] Duration of(Duration work) noexcept {
    const Duration running = times(work, factor_);
    if (crowd_ == 0) [[likely]]
      return running;
    return running + taken_away(running);
  }

 private:
  static constexpr std::uint64_t kOne = 1u << 16;

  [[nodiscard]] static Duration times(Duration time, std::uint64_t factor) noexcept {
    return Duration{static_cast<std::int64_t>(static_cast<std::uint64_t>(time.count()) * factor >> 16)};
  }
  // How long others have the CPU meanwhile.
  [[nodiscard]] Duration taken_away(Duration running) noexcept;

  std::uint64_t factor_ = kOne;  // 16.16 fixed point
  std::uint64_t crowd_ = 0;      // threads for each CPU beyond the first, 16.16 fixed point
  Duration timeslice_{0};
  CostSampler pause_;
  RandomStream random_{0, ""};
};

}  // namespace vqlab::sim

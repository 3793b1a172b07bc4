// How much longer work takes at this moment than on a CPU that its thread has for itself.
#pragma once

#include <cstdint>

#include "models/base/units.hpp"

namespace vqlab::sim {

// Shared by all whose work it stretches.
class Slowdown {
 public:
  // Work takes `factor` times as long while its thread runs. Precondition: factor >= 1.
  explicit Slowdown(double factor = 1) noexcept : factor_(static_cast<std::uint64_t>(factor * kOne)) {}

  // Besides, more threads than there are CPUs share them in slices too short to be seen. Precondition: threads >= cpus,
  // cpus > 0.
  void share(std::uint32_t threads, std::uint32_t cpus) noexcept { factor_ += factor_ * (threads - cpus) / cpus; }

  [[nodiscard]] Duration of(Duration work) const noexcept {
    return Duration{static_cast<std::int64_t>(static_cast<std::uint64_t>(work.count()) * factor_ >> 16)};
  }

 private:
  static constexpr std::uint64_t kOne = 1u << 16;

  std::uint64_t factor_;  // 16.16 fixed point
};

}  // namespace vqlab::sim

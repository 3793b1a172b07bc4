// How much slower work runs at this moment than on an idle machine.
#pragma once

#include <cstdint>

#include "models/base/units.hpp"

namespace vqlab::sim {

// A factor of at least 1 in 16.16 fixed point, shared by all whose work it stretches.
class Slowdown {
 public:
  // Precondition: work >= capacity > 0. `work` threads share `capacity` CPUs.
  void set(std::uint32_t work, std::uint32_t capacity) noexcept { factor_ = (std::uint64_t{work} << 16) / capacity; }
  void clear() noexcept { factor_ = kOne; }

  [[nodiscard]] Duration of(Duration work) const noexcept {
    return Duration{static_cast<std::int64_t>(static_cast<std::uint64_t>(work.count()) * factor_ >> 16)};
  }

 private:
  static constexpr std::uint64_t kOne = 1u << 16;
  std::uint64_t factor_ = kOne;
};

}  // namespace vqlab::sim

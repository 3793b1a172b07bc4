// What shared cache lines cost: guest work takes longer the more vCPUs are busy.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/units.hpp"

namespace vqlab::sim {

// Stretches work by 1 + coherence * (1 - 1 / busy vCPUs).
class Coherence {
 public:
  Coherence(double coherence, std::uint32_t vcpus) : factors_(vcpus + 1, std::uint64_t{1} << 16) {
    for (std::uint32_t busy = 1; busy <= vcpus; ++busy)
      factors_[busy] = static_cast<std::uint64_t>((1.0 + coherence * (1.0 - 1.0 / busy)) * 65536.0);
  }

  void vcpu_busy() noexcept { ++busy_; }
  void vcpu_idle() noexcept { --busy_; }

  [[nodiscard]] Duration of(Duration work) const noexcept {
    return Duration{static_cast<std::int64_t>(static_cast<std::uint64_t>(work.count()) * factors_[busy_] >> 16)};
  }

 private:
  std::vector<std::uint64_t> factors_;  // by number of busy vCPUs, 16.16 fixed point
  std::uint32_t busy_ = 0;
};

}  // namespace vqlab::sim

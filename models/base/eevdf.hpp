// How Linux's fair scheduler shares a CPU since 6.6: of those who have not had more than the average, who has the
// earliest deadline runs, and keeps the CPU for a slice unless it has had more than the average. So who wakes may have
// to wait for a slice. The rules are those of Linux 6.12 to 6.18 with its default features, from memory.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "models/base/units.hpp"

namespace vqlab {

// Who competes for a CPU. Times are compared within one CPU, and there among those of equal weight.
struct EevdfEntity {
  Duration had{0};       // CPU time
  Duration deadline{0};  // of `had`, at which its slice is over
  Duration lag{0};       // by how much it had less than the average when it left
};

class Eevdf {
 public:
  // Not in use.
  Eevdf() = default;
  // The kernel multiplies the slice by 1 + log2 of the number of CPUs, of 8 at most.
  Eevdf(double base_slice_ns, Duration tick, std::uint32_t cpus)
      : slice_(static_cast<std::int64_t>(base_slice_ns) * std::bit_width(std::min(cpus, 8u))),
        lag_limit_(std::max(2 * slice_, tick)) {}

  [[nodiscard]] bool on() const noexcept { return slice_ > Duration{0}; }

  // It has nothing to do any more, or goes to another CPU. `average`: of all that compete, itself included.
  void leave(EevdfEntity& entity, Duration average) const noexcept {
    entity.lag = std::clamp(average - entity.had, -lag_limit_, lag_limit_);
  }
  // It comes, and competes with `others`, whose average is given. Who left with more than the average is kept in mind
  // until the average has caught up.
  void join(EevdfEntity& entity, Duration average, std::int64_t others) const noexcept {
    if (entity.lag < Duration{0} && entity.had > average) return;
    // What it lags behind an average that it is part of.
    const Duration lag = std::max(entity.lag, Duration{0});
    entity.had = average - lag * (others + 1) / others;
    entity.deadline = entity.had + slice_;
  }
  // It has the CPU for itself.
  void begin(EevdfEntity& entity) const noexcept { entity.deadline = entity.had + slice_; }

  // Whether the current one keeps the CPU, whoever else there is.
  [[nodiscard]] static bool keeps(const EevdfEntity& current, Duration average) noexcept {
    return current.had <= average && current.had < current.deadline;
  }
  // Whether `one` comes before `best`, which may be null.
  [[nodiscard]] static bool comes_before(const EevdfEntity& one, const EevdfEntity* best, Duration average) noexcept {
    return one.had <= average && (best == nullptr || one.deadline < best->deadline);
  }
  // Whether its slice is over. If so, the next one begins.
  [[nodiscard]] bool slice_is_over(EevdfEntity& current) const noexcept {
    if (current.had < current.deadline) return false;
    current.deadline = current.had + slice_;
    return true;
  }

 private:
  Duration slice_{0};
  Duration lag_limit_{0};
};

}  // namespace vqlab

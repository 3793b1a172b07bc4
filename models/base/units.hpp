// Quantities of the simulation: integer nanoseconds for time, bytes for data.
#pragma once

#include <chrono>
#include <cstdint>

namespace vqlab {

// A length of simulated time. Integer, so that a run has no rounding that depends on the machine.
using Duration = std::chrono::nanoseconds;

// The clock of the simulated world; it starts at zero and has no now(): time is handed to whoever needs it.
struct SimClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SimClock>;
  static constexpr bool is_steady = true;
};

// A point in simulated time.
using Instant = SimClock::time_point;

using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""us;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

inline constexpr std::uint32_t kPageBytes = 4096;
inline constexpr double kBytesPerMib = 1024.0 * 1024.0;

// Seconds as floating point: for results, never for the simulation itself.
[[nodiscard]] constexpr double seconds(Duration d) noexcept { return static_cast<double>(d.count()) * 1e-9; }

// Pages that `bytes` of page-aligned data occupy.
[[nodiscard]] constexpr std::uint32_t pages(std::uint64_t bytes) noexcept {
  return static_cast<std::uint32_t>((bytes + kPageBytes - 1) / kPageBytes);
}

}  // namespace vqlab

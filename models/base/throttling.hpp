// The limits of a disk's rate, as QEMU knows them, and the leaky buckets that keep them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace vqlab {

// What a limit counts, of both directions together or of one.
enum class Throttled : std::uint8_t { kIopsTotal, kIopsRead, kIopsWrite, kBpsTotal, kBpsRead, kBpsWrite };
inline constexpr std::size_t kThrottles = 6;

// In requests or bytes. 0: there is none.
struct ThrottleLimit {
  std::int64_t per_second = 0;
  std::int64_t burst_per_second = 0;
  std::int64_t burst_seconds = 1;

  friend bool operator==(const ThrottleLimit&, const ThrottleLimit&) = default;
};

struct Throttling {
  std::string group;  // disks of one name share the limits; empty: the disk has them for itself
  std::array<ThrottleLimit, kThrottles> limits{};
  std::int64_t iops_size_bytes = 0;  // a longer request counts as several; 0: as one

  [[nodiscard]] const ThrottleLimit& of(Throttled what) const { return limits[static_cast<std::size_t>(what)]; }
  // Whether it limits anything by itself.
  [[nodiscard]] bool limits_some() const {
    bool some = false;
    for (const ThrottleLimit& limit : limits) some = some || limit.per_second > 0;
    return some;
  }

  friend bool operator==(const Throttling&, const Throttling&) = default;
};

}  // namespace vqlab

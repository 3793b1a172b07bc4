// The leaky buckets of a throttle group: when its next request may go. Passive, as a device is: time is passed in.
//
// A bucket fills by what goes, and leaks at its limit. It has room for the burst: for burst_seconds at
// burst_per_second, or without a burst for a tenth of a second. A second bucket of the same limit leaks at
// burst_per_second, and has room for a tenth of a second, so that a burst of several seconds is no faster than that
// either. When one is more than full, nothing goes until the excess has leaked.
#pragma once

#include <array>
#include <cstdint>

#include "models/base/throttling.hpp"
#include "models/base/units.hpp"

namespace vqlab {

class LeakyBuckets {
 public:
  // Empty at first.
  explicit LeakyBuckets(const Throttling& limits) : limits_(limits) {}

  // For how long the next request of this direction has to wait; 0: it may go. Precondition: no call had a later `now`.
  [[nodiscard]] Duration wait(bool write, Instant now) noexcept;
  // One of this direction goes, that has so many bytes.
  void account(bool write, std::uint64_t bytes) noexcept;

 private:
  struct Bucket {
    double level = 0;
    double burst_level = 0;
  };

  void leak(Instant now) noexcept;

  Throttling limits_;
  std::array<Bucket, kThrottles> buckets_{};
  Instant leaked_at_{};
};

}  // namespace vqlab

// For how long something that does one thing after the other has worked.
#pragma once

#include <algorithm>

#include "models/base/units.hpp"

namespace vqlab {

class BusyTime {
 public:
  // It works for `time` from now on, or from when it is done with what it has begun. Returns when that is over.
  // Precondition: no call had a later `now`.
  Instant add(Instant now, Duration time) noexcept {
    total_ += time;
    return until_ = std::max(until_, now) + time;
  }

  // When it is done with what it has begun.
  [[nodiscard]] Instant until() const noexcept { return until_; }
  // Time worked so far: of what it has begun, what lies behind `now`. Precondition: as add().
  [[nodiscard]] Duration so_far(Instant now) const noexcept { return total_ - std::max(until_ - now, Duration{0}); }

 private:
  Duration total_{0};
  Instant until_{};
};

}  // namespace vqlab

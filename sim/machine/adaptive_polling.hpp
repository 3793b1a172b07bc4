// For how long somebody with nothing to do polls before it blocks: QEMU's event loops and KVM's halted vCPUs adapt it
// alike.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/base/units.hpp"

namespace vqlab::sim {

// The iothread's properties poll-max-ns, poll-grow and poll-shrink; KVM's halt_poll_ns and its kin.
struct PollingOptions {
  Duration max{0};           // 0: never
  Duration first{4000};      // when it begins to grow
  std::uint32_t grow = 0;    // factor; 0: 2
  std::uint32_t shrink = 0;  // divisor; 0: back to nothing
};

class AdaptivePolling {
 public:
  explicit AdaptivePolling(const PollingOptions& options) noexcept : options_(options) {}

  // For how long to poll now.
  [[nodiscard]] Duration time() const noexcept { return time_; }

  // There was nothing to do for `waited`, polling and blocking together.
  void waited(Duration waited) noexcept {
    if (options_.max == Duration{0} || waited <= time_) return;
    if (waited > options_.max)  // polling was no use, and would have been none at its longest
      time_ = options_.shrink == 0 ? Duration{0} : time_ / options_.shrink;
    else if (time_ < options_.max && waited < options_.max)
      time_ = std::min(options_.max,
                       time_ == Duration{0} ? options_.first : time_ * (options_.grow == 0 ? 2 : options_.grow));
  }

 private:
  PollingOptions options_;
  Duration time_{0};
};

}  // namespace vqlab::sim

#include "sim/host/loop_polling.hpp"

#include <algorithm>

namespace vqlab::sim {

LoopPolling::LoopPolling(const LoopPollingOptions& options, std::uint32_t handlers)
    : options_(options), loop_(options.times) {
  while (handlers-- > 0) add_handler();
}

void LoopPolling::add_handler() {
  if (options_.rule == PollRule::kHandler) handlers_.emplace_back(options_.times);
  if (options_.rule == PollRule::kWeighted) estimates_.emplace_back(0);
}

Duration LoopPolling::time() const noexcept {
  switch (options_.rule) {
    case PollRule::kLoop: return loop_.time();
    case PollRule::kHandler: return longest_;
    case PollRule::kWeighted: break;
  }
  return weighted_;
}

void LoopPolling::waited(Duration waited) {
  if (options_.times.max > Duration{0}) {
    if (options_.rule == PollRule::kLoop) loop_.waited(waited);
    if (options_.rule == PollRule::kWeighted) weigh(waited);
    if (options_.rule == PollRule::kHandler && !ready_.empty()) {
      bool shrunk = false;
      for (const std::uint32_t handler : ready_) {
        AdaptivePolling& polling = handlers_[handler];
        const Duration before = polling.time();
        polling.waited(waited);
        shrunk = shrunk || (polling.time() < before && before == longest_);
        longest_ = std::max(longest_, polling.time());
      }
      if (shrunk)
        longest_ = std::max_element(handlers_.begin(), handlers_.end(), [](const auto& a, const auto& b) {
                     return a.time() < b.time();
                   })->time();
    }
  }
  ready_.clear();
}

void LoopPolling::weigh(Duration waited) {
  const Duration max = options_.times.max;
  const auto share = [this](Duration time) { return Duration{time.count() >> options_.weight}; };
  std::sort(ready_.begin(), ready_.end());
  auto next = ready_.begin();
  Duration longest{-1};
  for (std::uint32_t handler = 0; handler < estimates_.size(); ++handler) {
    Duration& estimate = estimates_[handler];
    const bool was_ready = next != ready_.end() && *next == handler;
    if (was_ready) {
      ++next;
      estimate = estimate == Duration{0} ? waited : estimate - share(estimate) + share(waited);
    } else if (estimate > Duration{0}) {
      estimate += waited;
    }
    // It is not worth polling for until it is ready again.
    if (estimate >= max) estimate = Duration{0};
    if (was_ready) longest = std::max(longest, estimate);
  }
  if (longest >= Duration{0}) grow(longest);
}

void LoopPolling::grow(Duration estimate) noexcept {
  constexpr std::uint32_t kDefault = 2;
  const auto or_default = [](std::uint32_t factor) { return factor == 0 ? kDefault : factor; };
  const std::uint32_t shrink = or_default(options_.times.shrink);
  if (estimate > weighted_)
    weighted_ = std::min(options_.times.max, std::max(estimate, weighted_ * or_default(options_.times.grow)));
  else if (estimate < weighted_ / shrink)
    weighted_ /= shrink;
}

}  // namespace vqlab::sim

// For how long an event loop of QEMU polls before it blocks. Its handlers are those of the queues and of the way to the
// back end; which of them were ready decides, but for loops up to QEMU 9.2.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/machine/adaptive_polling.hpp"

namespace vqlab::sim {

// What has a polling time of its own.
enum class PollRule : std::uint8_t {
  kLoop,      // the loop, as up to QEMU 9.2
  kHandler,   // each handler, and the loop polls for the longest, as since QEMU 10.0
  kWeighted,  // the loop, by an average for each handler, as proposed in 2026 (poll-weight)
};

struct LoopPollingOptions {
  PollingOptions times{};
  PollRule rule = PollRule::kLoop;
  std::uint32_t weight = 3;  // kWeighted: the last wait counts as 1 / 2^weight
};

class LoopPolling {
 public:
  LoopPolling(const LoopPollingOptions& options, std::uint32_t handlers);

  // For how long to poll now.
  [[nodiscard]] Duration time() const noexcept;

  // This handler was ready when the wait that ended last had ended. Each at most once before waited().
  void ready(std::uint32_t handler) { ready_.push_back(handler); }
  // The loop has handled what was ready. From when it had nothing to do, or looked, until it knew of that: polling,
  // blocking and the look together.
  void waited(Duration waited);

  // For another handler.
  void add_handler();

 private:
  void weigh(Duration waited);
  void grow(Duration estimate) noexcept;

  LoopPollingOptions options_;
  AdaptivePolling loop_;
  std::vector<AdaptivePolling> handlers_;  // kHandler
  Duration longest_{0};                    // of them
  std::vector<Duration> estimates_;        // kWeighted: how long each handler is waited for; 0: not known
  Duration weighted_{0};                   // kWeighted: the loop's time
  std::vector<std::uint32_t> ready_;
};

}  // namespace vqlab::sim

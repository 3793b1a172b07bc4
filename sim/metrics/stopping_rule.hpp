// When a run has seen enough.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

#include "sim/metrics/batch.hpp"

namespace vqlab {

enum class StopDecision {
  kContinue,
  kPrecise,  // the interval is as narrow as asked
  kGaveUp,   // the longest run allowed was not enough
};

struct StoppingLimits {
  double half_width_percent = 1.0;  // of the rate of the leading counter, at 95 %
  double min_simulated_s = 0;
  double max_simulated_s = 60;
  std::size_t min_batches = 20;  // after the warm-up
  // After the warm-up: batches of a few events can be equal by luck, those of none always are.
  double min_count = 0;
  std::optional<std::size_t> control{};  // of the leading counter: see Estimates::rate()
  std::optional<std::size_t> counted{};  // the counter of which so many are wanted; without it the leading one
};

// Asked after each batch. Looks at the interval only when the run has grown by a tenth since the last look: each look
// is a chance to stop on an interval that is narrow by luck.
class StoppingRule {
 public:
  // `leading` is the counter whose rate is to be precise. `settled`: whether all else that the run is for has settled;
  // asked only when the rate is precise.
  using Settled = std::function<bool(const BatchSeries&)>;
  StoppingRule(StoppingLimits limits, std::size_t leading, Settled settled = nullptr)
      : limits_(limits), leading_(leading), settled_(std::move(settled)), needed_s_(limits.max_simulated_s) {}

  [[nodiscard]] StopDecision decide(const BatchSeries& series);

  // Which share of the run is over, from 0 to 1, by what the last look has seen: an interval that narrows with the root
  // of the time. Until a look finds the run settled, it is the share of the longest run. Precondition: decide() was
  // asked about this series.
  [[nodiscard]] double share_done(const BatchSeries& series) const;

 private:
  [[nodiscard]] bool precise(const BatchSeries& series);

  StoppingLimits limits_;
  std::size_t leading_;
  Settled settled_;
  double next_look_s_ = 0;
  double needed_s_;  // by what was seen last
};

}  // namespace vqlab

// When a run has seen enough.
#pragma once

#include <cstddef>
#include <functional>
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
  // Of the leading counter, after the warm-up: batches of a few events can be equal by luck, those of none always are.
  double min_count = 0;
};

// Asked after each batch. Looks at the interval only when the run has grown by a tenth since the last look: each look
// is a chance to stop on an interval that is narrow by luck.
class StoppingRule {
 public:
  // `leading` is the counter whose rate is to be precise. `settled`: whether all else that the run is for has settled;
  // asked only when the rate is precise.
  using Settled = std::function<bool(const BatchSeries&)>;
  StoppingRule(StoppingLimits limits, std::size_t leading, Settled settled = nullptr)
      : limits_(limits), leading_(leading), settled_(std::move(settled)) {}

  [[nodiscard]] StopDecision decide(const BatchSeries& series);

 private:
  [[nodiscard]] bool precise(const BatchSeries& series) const;

  StoppingLimits limits_;
  std::size_t leading_;
  Settled settled_;
  double next_look_s_ = 0;
};

}  // namespace vqlab

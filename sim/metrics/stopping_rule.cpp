#include "sim/metrics/stopping_rule.hpp"

#include "sim/metrics/estimates.hpp"

namespace vqlab {

StopDecision StoppingRule::decide(const BatchSeries& series) {
  const double simulated_s = seconds(series.length());
  const bool last_look = simulated_s >= limits_.max_simulated_s;
  if (!last_look && (simulated_s < limits_.min_simulated_s || simulated_s < next_look_s_))
    return StopDecision::kContinue;
  constexpr double kGrowth = 1.1;
  next_look_s_ = kGrowth * simulated_s;
  if (precise(series)) return StopDecision::kPrecise;
  return last_look ? StopDecision::kGaveUp : StopDecision::kContinue;
}

bool StoppingRule::precise(const BatchSeries& series) const {
  const Estimates estimates(series, leading_);
  return estimates.settled() && estimates.batches() >= limits_.min_batches &&
         estimates.total(leading_) >= limits_.min_count &&
         100 * estimates.rate(leading_).relative_half_width() <= limits_.half_width_percent &&
         (!settled_ || settled_(series));
}

}  // namespace vqlab

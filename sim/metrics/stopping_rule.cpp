#include "sim/metrics/stopping_rule.hpp"

#include <algorithm>
#include <cmath>

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

double StoppingRule::share_done(const BatchSeries& series) const {
  const double needed_s = std::clamp(needed_s_, limits_.min_simulated_s, limits_.max_simulated_s);
  return std::min(1.0, seconds(series.length()) / needed_s);
}

bool StoppingRule::precise(const BatchSeries& series) {
  const Estimates estimates(series, leading_);
  const double simulated_s = seconds(series.length());
  // What an earlier look has seen holds, but for the time until the next one.
  needed_s_ = std::max(needed_s_, next_look_s_);
  if (!estimates.settled()) return false;
  const auto batches = static_cast<double>(estimates.batches());
  const double counted = estimates.total(limits_.counted.value_or(leading_));
  needed_s_ = simulated_s * std::max(static_cast<double>(limits_.min_batches) / batches, limits_.min_count / counted);
  if (estimates.batches() < limits_.min_batches || counted < limits_.min_count) return false;
  const Estimate rate = limits_.control ? estimates.rate(leading_, *limits_.control) : estimates.rate(leading_);
  const double percent = 100 * rate.relative_half_width();
  const double wider = percent / limits_.half_width_percent;
  needed_s_ = std::isfinite(wider) ? simulated_s * wider * wider : limits_.max_simulated_s;
  if (!(percent <= limits_.half_width_percent)) return false;
  // Halves that disagree: as much again replaces one of them.
  needed_s_ = 2 * simulated_s;
  return !settled_ || settled_(series);
}

}  // namespace vqlab

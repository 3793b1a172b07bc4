// What a series of batches says about the steady state, each number with its 95 % interval.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "sim/metrics/batch.hpp"
#include "sim/metrics/fio_times.hpp"
#include "sim/metrics/interval.hpp"
#include "sim/metrics/warm_up.hpp"

namespace vqlab {

// A view: the series must outlive it and stay as it is.
class Estimates {
 public:
  // Leaves out the warm-up of counter `leading` (completed I/Os, say) from every estimate; of a stretch nothing, and
  // its estimates have no intervals. Precondition: the batches have that counter.
  Estimates(const BatchSeries& series, std::size_t leading);

  [[nodiscard]] const WarmUp& warm_up() const noexcept { return warm_up_; }

  // The warm-up is over, and 64ths of the run are long enough for neighbours to know nothing of each other.
  [[nodiscard]] bool settled() const noexcept { return settled_; }

  // Batches that are left.
  [[nodiscard]] std::size_t batches() const noexcept { return end_ - first_; }

  // What the first and the second half of these batches say.
  [[nodiscard]] std::pair<Estimates, Estimates> halves() const;

  // What was counted.
  [[nodiscard]] double total(std::size_t counter) const;

  // Simulated time that was measured.
  [[nodiscard]] double measured_s() const;

  // Latencies of all these batches' parts of that number.
  [[nodiscard]] Histogram latencies(std::size_t part) const;

  // What `count` gives for each batch, in each second; weighted with the batches' lengths.
  [[nodiscard]] RateSpread spread(const std::function<double(const Batch&)>& count) const;

  // Counts in each second of simulated time. No value without batches.
  [[nodiscard]] Estimate rate(std::size_t counter) const;

  // The same, where the counter `control` is known to be 0 on average: less what the run's chance of it explains, if
  // that is three quarters of how the rate varies. Else, and with few batches, it is the rate to the last bit.
  [[nodiscard]] Estimate rate(std::size_t counter, std::size_t control) const;

  // Of the counters from `first` to before `end` the first of which no other has a higher rate; `first` if there are
  // none or no batches. Their intervals, which take the square of the batches each, are not made.
  [[nodiscard]] std::size_t highest_rate(std::size_t first, std::size_t end) const;

  // Sum of one counter over the sum of another. The interval is that of the ratio linearised around its value.
  // No value where the denominator is 0.
  [[nodiscard]] Estimate ratio(std::size_t numerator, std::size_t denominator) const;

  // Mean latency in ns, a ratio of sums.
  [[nodiscard]] Estimate mean_latency_ns() const { return mean_latency_ns(kAllParts); }

  // Latency quantile in ns, of all batches together. Woodruff's interval (1952): how much the share of samples below
  // that latency varies between batches, carried over to latencies by the distribution itself; so that a batch needs
  // no more than a few samples. The half-width is the root mean square of its two sides. No interval where too few
  // samples lie above. Precondition: 0 < q < 1.
  [[nodiscard]] Estimate latency_quantile_ns(double q) const { return latency_quantile_ns(q, kAllParts); }

  // The same of one of the batches' parts. No value without samples.
  [[nodiscard]] Estimate mean_latency_ns(std::size_t part) const;
  [[nodiscard]] Estimate latency_quantile_ns(double q, std::size_t part) const;

 private:
  static constexpr std::size_t kAllParts = ~std::size_t{0};
  [[nodiscard]] static const Histogram& latency_of(const Batch& batch, std::size_t part) {
    return part == kAllParts ? batch.latency : batch.parts[part];
  }

  template <class Numerator, class Denominator>
  Estimate ratio_of(Numerator numerator, Denominator denominator) const;

  const BatchSeries* series_;
  WarmUp warm_up_;
  std::size_t first_ = 0;  // batches that count: from here to before `end_`
  std::size_t end_;
  bool settled_ = false;
};

}  // namespace vqlab

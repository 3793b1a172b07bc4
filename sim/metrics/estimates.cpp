#include "sim/metrics/estimates.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

// Intervals allow for some correlation: only batches of a 64th of the run or more must be free of it.
constexpr std::size_t kMostForLagTest = 64;

// Share of the variance that a control must explain: then a run needs a quarter of the time. Less is not worth a
// coefficient that is estimated from the same run, and few waves explain half by chance.
constexpr double kWorthAControl = 0.75;

// Sums of neighbours; the first value, nearest to the warm-up, is dropped if it has none.
void merge_pairs(std::vector<double>& values) {
  const std::size_t odd = values.size() % 2;
  for (std::size_t i = 0; i < values.size() / 2; ++i) values[i] = values[2 * i + odd] + values[2 * i + 1 + odd];
  values.resize(values.size() / 2);
}

}  // namespace

Estimates::Estimates(const BatchSeries& series, std::size_t leading) : series_(&series), end_(series.batches().size()) {
  std::vector<double> values;
  for (const Batch& batch : series.batches()) {
    ensure(leading < batch.counters.size(), "the leading counter exists");
    values.push_back(batch.counters[leading]);
  }
  if (series.is_stretch()) return;
  warm_up_ = find_warm_up(values);
  values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(warm_up_.batches));
  while (values.size() > kMostForLagTest) merge_pairs(values);
  settled_ = warm_up_.over && !neighbours_correlated(values);
  first_ = warm_up_.batches;
}

std::pair<Estimates, Estimates> Estimates::halves() const {
  std::pair<Estimates, Estimates> halves{*this, *this};
  halves.first.end_ = halves.second.first_ = first_ + batches() / 2;
  return halves;
}

// The estimators are all ratios of sums R = A / B. Around R they are linear in the batches' own sums: the residuals
// (a - R b) / mean(b) have mean 0, and the interval of their mean is that of R.
template <class Numerator, class Denominator>
Estimate Estimates::ratio_of(Numerator numerator, Denominator denominator) const {
  std::vector<double> above;
  std::vector<double> below;
  double above_sum = 0;
  double below_sum = 0;
  for (std::size_t i = first_; i < end_; ++i) {
    above.push_back(numerator(series_->batches()[i]));
    below.push_back(denominator(series_->batches()[i]));
    above_sum += above.back();
    below_sum += below.back();
  }
  if (below_sum == 0) return {};
  if (series_->is_stretch()) return {above_sum / below_sum, kNoValue};

  const double ratio = above_sum / below_sum;
  const double below_mean = below_sum / static_cast<double>(below.size());
  std::vector<double> residuals;
  for (std::size_t i = 0; i < above.size(); ++i) residuals.push_back((above[i] - ratio * below[i]) / below_mean);
  return {ratio, half_width_of_mean(std::move(residuals))};
}

double Estimates::total(std::size_t counter) const {
  double total = 0;
  for (std::size_t i = first_; i < end_; ++i) total += series_->batches()[i].counters[counter];
  return total;
}

double Estimates::measured_s() const {
  Duration length{0};
  for (std::size_t i = first_; i < end_; ++i) length += series_->batches()[i].length;
  return seconds(length);
}

Histogram Estimates::latencies(std::size_t part) const {
  Histogram latency;
  for (std::size_t i = first_; i < end_; ++i) latency.merge(latency_of(series_->batches()[i], part));
  return latency;
}

RateSpread Estimates::spread(const std::function<double(const Batch&)>& count) const {
  RateSpread spread;
  if (batches() == 0) return spread;
  double weights = 0;
  for (std::size_t i = first_; i < end_; ++i) {
    const Batch& batch = series_->batches()[i];
    const double rate = count(batch) / seconds(batch.length);
    spread.min = i == first_ ? rate : std::min(spread.min, rate);
    spread.max = std::max(spread.max, rate);
    spread.mean += rate * seconds(batch.length);
    weights += seconds(batch.length);
  }
  spread.mean /= weights;
  double squares = 0;
  for (std::size_t i = first_; i < end_; ++i) {
    const Batch& batch = series_->batches()[i];
    const double off = count(batch) / seconds(batch.length) - spread.mean;
    squares += off * off * seconds(batch.length) / weights;
  }
  // Of a sample, as fio's.
  const auto samples = static_cast<double>(batches());
  if (batches() > 1) spread.stddev = std::sqrt(squares * samples / (samples - 1));
  return spread;
}

Estimate Estimates::rate(std::size_t counter) const {
  // Whole nanoseconds below, so that a count per second that is a whole number comes out as one.
  return ratio_of([counter](const Batch& batch) { return batch.counters[counter] * 1e9; },
                  [](const Batch& batch) { return static_cast<double>(batch.length.count()); });
}

Estimate Estimates::rate(std::size_t counter, std::size_t control) const {
  if (series_->is_stretch()) return rate(counter);
  std::vector<double> values;
  std::vector<double> controls;
  for (std::size_t i = first_; i < end_; ++i) {
    values.push_back(series_->batches()[i].counters[counter]);
    controls.push_back(series_->batches()[i].counters[control]);
  }
  const SlowRegression found = slow_regression(std::move(values), std::move(controls));
  if (!(found.explained > kWorthAControl)) return rate(counter);
  Estimate estimate = ratio_of(
      [&](const Batch& batch) { return (batch.counters[counter] - found.slope * batch.counters[control]) * 1e9; },
      [](const Batch& batch) { return static_cast<double>(batch.length.count()); });
  // The slope was fitted to these waves, which takes one of them.
  const auto waves = static_cast<double>(found.waves);
  estimate.half_width *= std::sqrt(waves / (waves - 1));
  return estimate;
}

std::size_t Estimates::highest_rate(std::size_t first, std::size_t end) const {
  std::vector<double> sums(end > first ? end - first : 0);
  double length = 0;
  for (std::size_t batch = first_; batch < end_; ++batch) {
    const Batch& one = series_->batches()[batch];
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += one.counters[first + i] * 1e9;
    length += static_cast<double>(one.length.count());
  }
  // As rate() rounds them: what it calls equal is equal.
  std::size_t highest = 0;
  for (std::size_t i = 1; i < sums.size(); ++i)
    if (sums[i] / length > sums[highest] / length) highest = i;
  return first + highest;
}

Estimate Estimates::ratio(std::size_t numerator, std::size_t denominator) const {
  return ratio_of([numerator](const Batch& batch) { return batch.counters[numerator]; },
                  [denominator](const Batch& batch) { return batch.counters[denominator]; });
}

Estimate Estimates::mean_latency_ns(std::size_t part) const {
  return ratio_of([part](const Batch& batch) { return static_cast<double>(latency_of(batch, part).sum_ns()); },
                  [part](const Batch& batch) { return static_cast<double>(latency_of(batch, part).count()); });
}

Estimate Estimates::latency_quantile_ns(double q, std::size_t part) const {
  ensure(q > 0 && q < 1, "a quantile lies between the smallest and the largest value");
  const Histogram latency = latencies(part);
  if (latency.count() == 0) return {};
  const Histogram::Position position = latency.locate(q);
  const double value = Histogram::value_ns(position);
  const double share =
      ratio_of([position, part](const Batch& batch) { return latency_of(batch, part).count_before(position); },
               [part](const Batch& batch) { return static_cast<double>(latency_of(batch, part).count()); })
          .half_width;
  if (!(q + share < 1)) return {value, kNoValue};
  const double low = latency.quantile_ns(q > share ? q - share : 0);
  const double high = latency.quantile_ns(q + share);
  // One number for two sides that differ: nearer to the longer one, which is where the truth lies when it is missed.
  const double squares = (high - value) * (high - value) + (value - low) * (value - low);
  return {value, std::sqrt(0.5 * squares)};
}

}  // namespace vqlab

#include "sim/metrics/histogram.hpp"

#include <numeric>

#include "sim/metrics/quantity.hpp"

namespace vqlab {

void Histogram::cover(std::size_t first, std::size_t end) {
  first = first / kPerGroup * kPerGroup;
  end = (end + kPerGroup - 1) / kPerGroup * kPerGroup;
  if (buckets_.empty()) first_ = first;
  if (first < first_) {
    buckets_.insert(buckets_.begin(), first_ - first, 0);
    first_ = first;
  }
  if (end > first_ + buckets_.size()) buckets_.resize(end - first_);
}

void Histogram::merge(const Histogram& other) {
  if (other.buckets_.empty()) return;
  cover(other.first_, other.first_ + other.buckets_.size());
  std::uint64_t* const here = buckets_.data() + (other.first_ - first_);
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) here[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ns_ += other.sum_ns_;
}

Histogram::Filled Histogram::filled() const {
  Filled filled;
  for (std::size_t i = 0; i < buckets_.size(); ++i)
    if (buckets_[i] > 0) filled.emplace_back(first_ + i, buckets_[i]);
  return filled;
}

Histogram Histogram::of(const Filled& filled, std::uint64_t sum_ns) {
  Histogram histogram;
  for (const auto& [bucket, samples] : filled) {
    histogram.cover(bucket, bucket + 1);
    histogram.buckets_[bucket - histogram.first_] += samples;
    histogram.count_ += samples;
  }
  histogram.sum_ns_ = sum_ns;
  return histogram;
}

double Histogram::mean_ns() const noexcept {
  return count_ == 0 ? kNoValue : static_cast<double>(sum_ns_) / static_cast<double>(count_);
}

Histogram::Position Histogram::locate(double q) const noexcept {
  const double rank = q * static_cast<double>(count_);
  double before = 0;
  Position last;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    if (buckets_[i] == 0) continue;
    const auto inside = static_cast<double>(buckets_[i]);
    if (before + inside >= rank) return {first_ + i, (rank - before) / inside};
    before += inside;
    last = {first_ + i, 1};
  }
  return last;
}

double Histogram::value_ns(Position position) noexcept {
  const auto low = static_cast<double>(lowest_ns(position.bucket));
  const auto high = static_cast<double>(highest_ns(position.bucket));
  return low + position.fraction * (high - low);
}

double Histogram::count_before(Position position) const noexcept {
  if (position.bucket < first_) return 0;
  const std::size_t at = position.bucket - first_;
  if (at >= buckets_.size()) return static_cast<double>(count_);
  const std::uint64_t below =
      std::accumulate(buckets_.begin(), buckets_.begin() + static_cast<std::ptrdiff_t>(at), std::uint64_t{0});
  return static_cast<double>(below) + position.fraction * static_cast<double>(buckets_[at]);
}

double Histogram::quantile_ns(double q) const noexcept { return count_ == 0 ? kNoValue : value_ns(locate(q)); }

}  // namespace vqlab

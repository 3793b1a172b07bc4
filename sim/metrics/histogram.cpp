#include "sim/metrics/histogram.hpp"

#include "sim/metrics/quantity.hpp"

namespace vqlab {

void Histogram::merge(const Histogram& other) noexcept {
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ns_ += other.sum_ns_;
}

double Histogram::mean_ns() const noexcept {
  return count_ == 0 ? kNoValue : static_cast<double>(sum_ns_) / static_cast<double>(count_);
}

Histogram::Position Histogram::locate(double q) const noexcept {
  const double rank = q * static_cast<double>(count_);
  double before = 0;
  Position last;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    if (buckets_[bucket] == 0) continue;
    const auto inside = static_cast<double>(buckets_[bucket]);
    if (before + inside >= rank) return {bucket, (rank - before) / inside};
    before += inside;
    last = {bucket, 1};
  }
  return last;
}

double Histogram::value_ns(Position position) noexcept {
  const auto low = static_cast<double>(lowest_ns(position.bucket));
  const auto high = static_cast<double>(highest_ns(position.bucket));
  return low + position.fraction * (high - low);
}

double Histogram::count_before(Position position) const noexcept {
  std::uint64_t below = 0;
  for (std::size_t bucket = 0; bucket < position.bucket; ++bucket) below += buckets_[bucket];
  return static_cast<double>(below) + position.fraction * static_cast<double>(buckets_[position.bucket]);
}

double Histogram::quantile_ns(double q) const noexcept { return count_ == 0 ? kNoValue : value_ns(locate(q)); }

}  // namespace vqlab

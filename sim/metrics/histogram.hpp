// Log-linear histogram of latencies.
//
// The layout is the one that fio uses for its completion latencies: each power of two is cut into 64 buckets of equal
// width, and below 128 ns every nanosecond has its own. A bucket is therefore at most 1/64 of its lower edge wide,
// which bounds the error of every quantile, whatever the distribution. Only the groups of 64 from the one of the
// shortest sample to the one of the longest are kept: of a batch a few.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/base/units.hpp"

namespace vqlab {

class Histogram {
 public:
  // A place in the order of the samples: inside `bucket`, after `fraction` of its samples.
  struct Position {
    std::size_t bucket = 0;
    double fraction = 0;
  };

  static constexpr unsigned kBitsPerGroup = 6;
  static constexpr std::size_t kPerGroup = std::size_t{1} << kBitsPerGroup;
  static constexpr std::size_t kGroups = 29;  // the last one ends at 2^34 ns, 17 s; what is longer counts there
  static constexpr std::size_t kBuckets = kGroups * kPerGroup;

  [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t ns) noexcept {
    const auto shift = static_cast<unsigned>(std::bit_width(ns | kPerGroup)) - kBitsPerGroup - 1;
    return std::min((std::size_t{shift} << kBitsPerGroup) + (ns >> shift), kBuckets - 1);
  }

  // Smallest and largest nanosecond that a bucket counts (the last one counts everything above, too).
  [[nodiscard]] static constexpr std::uint64_t lowest_ns(std::size_t bucket) noexcept {
    const std::size_t shift = bucket < 2 * kPerGroup ? 0 : (bucket >> kBitsPerGroup) - 1;
    return (bucket - (shift << kBitsPerGroup)) << shift;
  }
  [[nodiscard]] static constexpr std::uint64_t highest_ns(std::size_t bucket) noexcept {
    return lowest_ns(bucket + 1) - 1;
  }

  // Precondition: latency >= 0.
  void add(Duration latency) {
    const auto ns = static_cast<std::uint64_t>(latency.count());
    const std::size_t bucket = bucket_of(ns);
    if (bucket - first_ >= buckets_.size()) [[unlikely]]
      cover(bucket, bucket + 1);
    ++buckets_[bucket - first_];
    ++count_;
    sum_ns_ += ns;
  }

  void merge(const Histogram& other);

  // Buckets with samples, in ascending order, and how many each has; and the histogram of such a list, whose samples
  // have this sum. Precondition: the buckets are below kBuckets.
  using Filled = std::vector<std::pair<std::size_t, std::uint64_t>>;
  [[nodiscard]] Filled filled() const;
  [[nodiscard]] static Histogram of(const Filled& filled, std::uint64_t sum_ns);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t sum_ns() const noexcept { return sum_ns_; }

  // Exact; NaN without samples.
  [[nodiscard]] double mean_ns() const noexcept;

  // Where the sample of rank q * count lies. Preconditions: 0 <= q <= 1, at least one sample.
  [[nodiscard]] Position locate(double q) const noexcept;

  // The latency there, the samples of a bucket being taken as evenly spread from its lowest to its highest.
  [[nodiscard]] static double value_ns(Position position) noexcept;

  // Samples before that place; fractional inside a bucket.
  [[nodiscard]] double count_before(Position position) const noexcept;

  // q-quantile: the value of the sample of rank ceil(q * count) with an error below 1/64 of it (up to 17 s).
  // Precondition: 0 <= q <= 1. NaN without samples.
  [[nodiscard]] double quantile_ns(double q) const noexcept;

  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  // Keeps the groups of the buckets from `first` to before `end`, too. Precondition: first < end.
  void cover(std::size_t first, std::size_t end);

  std::size_t first_ = 0;  // bucket that the first of these is
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ns_ = 0;
};

}  // namespace vqlab

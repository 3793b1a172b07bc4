#include "models/backend/leaky_buckets.hpp"

#include <algorithm>

namespace vqlab {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kSmoothing = 0.1;  // seconds of a rate that may go at once

// Those of both directions together, and of this one.
std::array<Throttled, 4> limits_of(bool write) noexcept {
  if (write) return {Throttled::kIopsTotal, Throttled::kIopsWrite, Throttled::kBpsTotal, Throttled::kBpsWrite};
  return {Throttled::kIopsTotal, Throttled::kIopsRead, Throttled::kBpsTotal, Throttled::kBpsRead};
}

bool counts_bytes(Throttled what) noexcept { return what >= Throttled::kBpsTotal; }

double after_leak(double level, std::int64_t per_second, Duration time) noexcept {
  return std::max(0.0, level - static_cast<double>(per_second) * static_cast<double>(time.count()) / kNsPerSecond);
}

double until_leaked(double excess, std::int64_t per_second) noexcept {
  return excess > 0 ? excess * kNsPerSecond / static_cast<double>(per_second) : 0;
}

}  // namespace

void LeakyBuckets::leak(Instant now) noexcept {
  const Duration time = now - leaked_at_;
  leaked_at_ = now;
  for (std::size_t i = 0; i < kThrottles; ++i) {
    const ThrottleLimit& limit = limits_.limits[i];
    buckets_[i].level = after_leak(buckets_[i].level, limit.per_second, time);
    buckets_[i].burst_level = after_leak(buckets_[i].burst_level, limit.burst_per_second, time);
  }
}

Duration LeakyBuckets::wait(bool write, Instant now) noexcept {
  leak(now);
  double longest = 0;
  for (const Throttled what : limits_of(write)) {
    const ThrottleLimit& limit = limits_.of(what);
    if (limit.per_second == 0) continue;
    const Bucket& bucket = buckets_[static_cast<std::size_t>(what)];
    const auto burst = static_cast<double>(limit.burst_per_second);
    const double room = limit.burst_per_second == 0 ? static_cast<double>(limit.per_second) * kSmoothing
                                                    : burst * static_cast<double>(limit.burst_seconds);
    double wait = until_leaked(bucket.level - room, limit.per_second);
    if (wait == 0 && limit.burst_seconds > 1)
      wait = until_leaked(bucket.burst_level - burst * kSmoothing, limit.burst_per_second);
    longest = std::max(longest, wait);
  }
  return Duration{static_cast<std::int64_t>(longest)};
}

void LeakyBuckets::account(bool write, std::uint64_t bytes) noexcept {
  const auto size = static_cast<double>(bytes);
  const auto unit = static_cast<double>(limits_.iops_size_bytes);
  const double operations = unit > 0 && size > unit ? size / unit : 1;
  for (const Throttled what : limits_of(write)) {
    Bucket& bucket = buckets_[static_cast<std::size_t>(what)];
    bucket.level += counts_bytes(what) ? size : operations;
    if (limits_.of(what).burst_seconds > 1) bucket.burst_level += counts_bytes(what) ? size : operations;
  }
}

}  // namespace vqlab

// Random processes whose mean is known, to judge estimators by.
#pragma once

#include <cmath>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "models/base/rng.hpp"
#include "sim/metrics/batch.hpp"

namespace vqlab::test {

// Mean 0, variance 1, nearly normal: the sum of 12 uniform variables of variance 1/12.
inline double noise(RandomStream& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.next16() / 65536.0;
  return sum;
}

// x(i) = phi x(i-1) + noise, from its stationary distribution on: mean 0, variance 1, lag-1 correlation phi.
class Ar1 {
 public:
  Ar1(std::uint64_t seed, double phi) : random_(seed, "ar1"), phi_(phi), x_(noise(random_)) {}

  double next() {
    x_ = phi_ * x_ + std::sqrt(1 - phi_ * phi_) * noise(random_);
    return x_;
  }

 private:
  RandomStream random_;
  double phi_;
  double x_;
};

// N customers that think and then queue at one server, both for exponential times: the throughput and the distribution
// of the response times are known in closed form.
class ClosedQueue {
 public:
  static constexpr int kCustomers = 8;
  static constexpr double kServiceNs = 10'000;
  static constexpr double kThinkNs = 30'000;

  explicit ClosedQueue(std::uint64_t seed) : random_(seed, "closed queue") {}

  // The next `length` of it: completed customers as the only counter, response times as latencies.
  Batch next(Duration length) {
    Batch batch;
    batch.length = length;
    batch.counters = {0};
    end_ns_ += static_cast<double>(length.count());
    for (; next_ns_ < end_ns_; next_ns_ -= std::log(uniform()) / rate()) {
      if (uniform() * rate() < arrival_rate()) {
        arrived_ns_.push_back(next_ns_);
      } else {
        batch.counters[0] += 1;
        batch.latency.add(Duration(std::llround(next_ns_ - arrived_ns_.front())));
        arrived_ns_.pop_front();
      }
    }
    return batch;
  }

  // Rate at which customers are served: the server is busy unless all think, P(n) ~ N! / (N - n)! (service / think)^n.
  static double throughput_per_s() { return 1e9 / kServiceNs * (1 - queue_lengths(kCustomers)[0]); }

  // Who arrives sees the queue that the other N - 1 make (arrival theorem), and stays for one service more.
  static double response_quantile_ns(double q) {
    const std::vector<double> seen = queue_lengths(kCustomers - 1);
    double low = 0;
    double high = 100 * kServiceNs;
    while (high - low > 1e-3) {
      const double middle = 0.5 * (low + high);
      double longer = 0;  // P(response > middle): of Erlang distributions of 1 to N stages
      double term = std::exp(-middle / kServiceNs);
      double at_most = 0;
      for (std::size_t n = 0; n < seen.size(); ++n) {
        at_most += term;
        longer += seen[n] * at_most;
        term *= middle / kServiceNs / static_cast<double>(n + 1);
      }
      (longer > 1 - q ? low : high) = middle;
    }
    return low;
  }

 private:
  static std::vector<double> queue_lengths(int customers) {
    std::vector<double> share{1};
    double sum = 1;
    for (int n = 0; n < customers; ++n)
      sum += share.emplace_back(share.back() * (customers - n) * kServiceNs / kThinkNs);
    for (double& p : share) p /= sum;
    return share;
  }

  double uniform() { return (random_.next32() + 0.5) / 4294967296.0; }
  [[nodiscard]] double arrival_rate() const {
    return (kCustomers - static_cast<double>(arrived_ns_.size())) / kThinkNs;
  }
  [[nodiscard]] double rate() const { return arrival_rate() + (arrived_ns_.empty() ? 0 : 1 / kServiceNs); }

  RandomStream random_;
  std::deque<double> arrived_ns_;  // of those in the queue
  double next_ns_ = 0;
  double end_ns_ = 0;
};

inline Batch batch_of(Duration length, std::vector<double> counters) {
  Batch batch;
  batch.length = length;
  batch.counters = std::move(counters);
  return batch;
}

}  // namespace vqlab::test

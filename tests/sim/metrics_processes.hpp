// Random processes whose mean is known, to judge estimators by.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/base/rng.hpp"
#include "sim/metrics/batch.hpp"

namespace vqlab::testing {

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

inline Batch batch_of(Duration length, std::vector<double> counters) {
  Batch batch;
  batch.length = length;
  batch.counters = std::move(counters);
  return batch;
}

}  // namespace vqlab::testing

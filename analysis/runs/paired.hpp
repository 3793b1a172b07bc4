// What replications say of a difference: each seed is simulated under two policies, so that values come in pairs.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/metrics/interval.hpp"

namespace vqlab {

// Mean of independent replications with Student's interval. Values that are NaN are left out; no interval for fewer
// than two, no value without any.
[[nodiscard]] Estimate mean_of_replications(const std::vector<double>& values);

// Probability that Student's t is at least as far from 0 as `t`, to either side. Precondition: degrees_of_freedom > 0.
[[nodiscard]] double student_t_p(double t, std::size_t degrees_of_freedom);

struct PairedTest {
  std::size_t pairs = 0;  // differences that are known
  Estimate difference;    // their mean
  double p = kNoValue;    // of a mean at least so far from 0 if there were no difference; NaN for fewer than two pairs
};

// Student's paired t test of differences, one for each seed; NaN: the pair is not complete. Differences that are all
// the same are no difference (p = 1) if they are 0, else a certain one (p = 0).
[[nodiscard]] PairedTest paired_test(const std::vector<double>& differences);

// 100 (value - baseline) / baseline; 0 if both are equal, NaN if the baseline is 0 or one of them is unknown.
[[nodiscard]] double difference_percent(double value, double baseline);

// Holm's adjusted p-values (1979) of a family of tests, in its order: calling those up to 5 % significant errs in 5 %
// of all families, however many tests have no effect. A NaN stays one and does not count.
[[nodiscard]] std::vector<double> holm(const std::vector<double>& p);

}  // namespace vqlab

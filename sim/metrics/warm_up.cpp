#include "sim/metrics/warm_up.hpp"

namespace vqlab {

WarmUp find_warm_up(const std::vector<double>& values) {
  const std::size_t most = values.size() / 2;
  std::size_t best = most;
  double best_score = 0;
  // Backwards, so that mean and squares of what is left are updated by one value at a time (Welford).
  double mean = 0;
  double squares = 0;
  for (std::size_t first = values.size(); first-- > 0;) {
    const auto left = static_cast<double>(values.size() - first);
    const double off = values[first] - mean;
    mean += off / left;
    squares += off * (values[first] - mean);
    const double score = squares / (left * left);
    if (first == most || (first < most && score <= best_score)) {
      best = first;
      best_score = score;
    }
  }
  return {best, best < most};
}

}  // namespace vqlab

// Rows of benchmarks, and two revisions' beside each other: the ratio of each row, and how sure it is.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace vqlab::bench {

// The machine is never quiet: what is compared is measured in turns, and the median of the turns counts.
inline constexpr int kTurns = 9;

// What one turn has found of a row.
struct Measured {
  std::string name;
  double value = 0;
  int decimals = 0;
  std::string unit;
};

// Precondition: not empty.
[[nodiscard]] inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// What each turn of a revision has found; a row may be missing in either.
using Turns = std::vector<std::vector<Measured>>;

// The lines of a turn, `name = value unit`, as `vqlab_bench --turn GROUP` prints them. Other lines are left out.
[[nodiscard]] std::vector<Measured> rows_of(const std::string& text);

// A line for each row: the medians of both, the median of the pairs' ratios, and the interval in which the median lies
// with 96 % confidence; of a row that was measured once, the ratio alone. A row that one of them does not have says so.
[[nodiscard]] std::string pairs_table(const Turns& here, const Turns& there);

}  // namespace vqlab::bench

// What a point of a study is found to be: named numbers, each with its uncertainty.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace vqlab {

inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

struct Quantity {
  std::string name;         // with its unit as suffix: it becomes a column of points.csv
  double value = kNoValue;  // NaN: could not be measured
  double ci95 = kNoValue;   // half-width of the 95 % interval; NaN: it has none
};

struct PointResult {
  std::vector<Quantity> quantities;
  bool precise = false;    // the interval asked for was reached
  double simulated_s = 0;  // warm-up included
  std::uint64_t completed_ios = 0;
  std::string end_reason;  // why the run stopped, in words
};

}  // namespace vqlab

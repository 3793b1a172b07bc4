// A named number and how uncertain it is.
#pragma once

#include <limits>
#include <string>

namespace vqlab {

inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

struct Quantity {
  std::string name;         // with its unit as suffix: it becomes a column of points.csv
  double value = kNoValue;  // NaN: could not be measured
  double ci95 = kNoValue;   // half-width of the 95 % interval; NaN: it has none
};

}  // namespace vqlab

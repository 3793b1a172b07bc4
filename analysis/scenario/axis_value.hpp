// Where something stands on one axis of a sweep.
#pragma once

#include <string>

namespace vqlab {

struct AxisValue {
  std::string path;  // of the swept parameter
  std::string text;  // the value as result files spell it

  friend bool operator==(const AxisValue&, const AxisValue&) = default;
};

}  // namespace vqlab

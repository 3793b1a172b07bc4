// One finished simulation, as result files tell of it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/metrics/point_result.hpp"

namespace vqlab {

struct Point;  // of a study

struct PointRow {
  std::uint32_t point = 0;  // position in the study; rows are written in this order
  std::string curve;
  std::vector<std::pair<std::string, std::string>> axes;  // column name and value as written, targets and vcpus first
  std::uint64_t seed = 0;
  PointResult result;
};

// What `result` is the result of.
[[nodiscard]] PointRow row_of(const Point& point, PointResult result);

}  // namespace vqlab

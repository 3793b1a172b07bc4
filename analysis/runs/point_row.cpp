#include "analysis/runs/point_row.hpp"

#include "analysis/scenario/study.hpp"

namespace vqlab {

PointRow row_of(const Point& point, PointResult result) {
  PointRow row;
  row.point = point.index;
  row.curve = point.curve;
  row.axes = {{"targets", std::to_string(point.testbed.targets)}, {"vcpus", std::to_string(point.testbed.guest.vcpus)}};
  for (const AxisValue& axis : point.axes)
    if (axis.path != "targets" && axis.path != "guest.vcpus") row.axes.emplace_back(axis.path, axis.text);
  row.seed = point.seed;
  row.result = std::move(result);
  return row;
}

}  // namespace vqlab

#include "analysis/scenario/study.hpp"

namespace vqlab {

bool counted(const Study& study, const Point& point) {
  if (!study.reference) return true;
  for (const ReferenceColumn& column : study.reference->columns)
    if (column.curve == point.curve)
      for (const ReferenceValue& value : column.values)
        for (const AxisValue& axis : point.axes)
          if (axis.path == study.reference->axis && axis.text == value.axis_text) return true;
  return false;
}

}  // namespace vqlab

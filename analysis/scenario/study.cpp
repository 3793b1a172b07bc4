#include "analysis/scenario/study.hpp"

#include <algorithm>
#include <cmath>

#include "sim/metrics/interval.hpp"

namespace vqlab {
namespace {

bool stands_at(const Point& point, const AxisValue& axis) {
  return std::find(point.axes.begin(), point.axes.end(), axis) != point.axes.end();
}

// NaN: the column has nothing there.
double published_in(const Reference& reference, const ReferenceColumn& column, const Point& point) {
  for (const ReferenceValue& value : column.values)
    if (stands_at(point, {reference.axis, value.axis_text})) return value.value;
  return kNoValue;
}

}  // namespace

double published_at(const Study& study, const Point& point) {
  if (!study.reference) return kNoValue;
  for (const ReferenceColumn& column : study.reference->columns)
    if (column.curve == point.curve && std::all_of(column.at.begin(), column.at.end(),
                                                   [&point](const AxisValue& axis) { return stands_at(point, axis); }))
      return published_in(*study.reference, column, point);
  return kNoValue;
}

double published_of_baseline(const Study& study, const Point& point) {
  Point there = point;
  there.curve = study.baseline;
  if (const double value = published_at(study, there); !std::isnan(value) || !study.reference) return value;
  const std::vector<ReferenceColumn>& columns = study.reference->columns;
  const auto of_baseline = [&study](const ReferenceColumn& column) { return column.curve == study.baseline; };
  if (std::count_if(columns.begin(), columns.end(), of_baseline) != 1) return kNoValue;
  return published_in(*study.reference, *std::find_if(columns.begin(), columns.end(), of_baseline), point);
}

bool counted(const Study& study, const Point& point) {
  return !study.reference || !std::isnan(published_at(study, point));
}

}  // namespace vqlab

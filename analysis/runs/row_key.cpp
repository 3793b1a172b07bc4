#include "analysis/runs/row_key.hpp"

#include <algorithm>
#include <utility>

#include "analysis/runs/place.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {

void sort_by_point(std::vector<PointRow>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const PointRow& a, const PointRow& b) {
    return std::pair(a.point, a.seed) < std::pair(b.point, b.seed);
  });
}

std::vector<std::string> axes_of(const std::vector<PointRow>& rows) {
  std::vector<Place> places;
  for (const PointRow& row : rows) places.push_back({row.curve, row.axes});
  return axis_names(places);
}

std::vector<std::string> key_columns(const std::vector<std::string>& axes) {
  std::vector<std::string> names;
  for (const Column& column : kPlaceColumns) names.emplace_back(column.name);
  names.insert(names.end(), axes.begin(), axes.end());
  names.emplace_back(kSeedColumn.name);
  return names;
}

std::vector<std::string> key_fields(const PointRow& row, const std::vector<std::string>& axes) {
  std::vector<std::string> fields{std::to_string(row.point), row.curve};
  for (const std::string& value : axis_values({row.curve, row.axes}, axes)) fields.push_back(value);
  fields.push_back(std::to_string(row.seed));
  return fields;
}

}  // namespace vqlab

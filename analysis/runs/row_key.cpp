#include "analysis/runs/row_key.hpp"

#include "analysis/runs/place.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {

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

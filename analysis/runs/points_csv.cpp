#include "analysis/runs/points_csv.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

struct QuantityColumn {
  std::string name;
  bool has_interval = false;
};

std::vector<QuantityColumn> quantities_of(const std::vector<PointRow>& rows) {
  std::vector<QuantityColumn> columns;
  for (const PointRow& row : rows) {
    for (const Quantity& quantity : row.result.quantities) {
      auto column = std::find_if(columns.begin(), columns.end(),
                                 [&](const QuantityColumn& known) { return known.name == quantity.name; });
      if (column == columns.end()) column = columns.insert(column, {quantity.name, false});
      column->has_interval |= !std::isnan(quantity.ci95);
    }
  }
  return columns;
}

std::string header(const std::vector<std::string>& axes, const std::vector<QuantityColumn>& columns) {
  std::vector<std::string> names = key_columns(axes);
  for (const Column& column : kRunColumns) names.emplace_back(column.name);
  for (const QuantityColumn& column : columns) {
    names.push_back(column.name);
    if (column.has_interval) names.push_back(interval_name(column.name));
  }
  return csv_line(names);
}

std::string line(const PointRow& row, const std::vector<std::string>& axes,
                 const std::vector<QuantityColumn>& columns) {
  std::vector<std::string> fields = key_fields(row, axes);
  fields.insert(fields.end(),
                {row.result.precise ? "true" : "false", fmt::format("{}", fmt::join(row.result.not_settled, " ")),
                 csv_number(row.result.simulated_s), std::to_string(row.result.completed_ios)});
  for (const QuantityColumn& column : columns) {
    const Quantity* const quantity = row.result.find(column.name);
    fields.push_back(quantity != nullptr ? csv_number(quantity->value) : "");
    if (column.has_interval) fields.push_back(quantity != nullptr ? csv_number(quantity->ci95) : "");
  }
  return csv_line(fields);
}

}  // namespace

std::string points_csv(std::vector<PointRow> rows) {
  sort_by_point(rows);
  const std::vector<std::string> axes = axes_of(rows);
  const std::vector<QuantityColumn> columns = quantities_of(rows);
  std::string text = header(axes, columns);
  for (const PointRow& row : rows) text += line(row, axes, columns);
  return text;
}

}  // namespace vqlab

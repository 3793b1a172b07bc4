#include "sim/results/points_csv.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "sim/results/csv.hpp"
#include "sim/results/write_file.hpp"

namespace vqlab {
namespace {

struct QuantityColumn {
  std::string name;
  bool has_interval = false;
};

struct Columns {
  std::vector<std::string> axes;
  std::vector<QuantityColumn> quantities;
};

Columns columns_of(const std::vector<PointRow>& rows) {
  Columns columns;
  for (const PointRow& row : rows) {
    for (const auto& [name, value] : row.axes)
      if (std::find(columns.axes.begin(), columns.axes.end(), name) == columns.axes.end()) columns.axes.push_back(name);
    for (const Quantity& quantity : row.result.quantities) {
      auto column = std::find_if(columns.quantities.begin(), columns.quantities.end(),
                                 [&](const QuantityColumn& known) { return known.name == quantity.name; });
      if (column == columns.quantities.end()) column = columns.quantities.insert(column, {quantity.name, false});
      column->has_interval |= !std::isnan(quantity.ci95);
    }
  }
  return columns;
}

std::string header(const Columns& columns) {
  std::vector<std::string> names{"point", "series"};
  names.insert(names.end(), columns.axes.begin(), columns.axes.end());
  names.insert(names.end(), {"seed", "precise", "simulated_s", "completed_ios"});
  for (const QuantityColumn& column : columns.quantities) {
    names.push_back(column.name);
    if (column.has_interval) names.push_back(column.name + "_ci95");
  }
  return csv_line(names);
}

std::string line(const PointRow& row, const Columns& columns) {
  std::vector<std::string> fields{std::to_string(row.point), row.series};
  for (const std::string& name : columns.axes) {
    const auto axis = std::find_if(row.axes.begin(), row.axes.end(), [&](const auto& a) { return a.first == name; });
    fields.push_back(axis == row.axes.end() ? "" : axis->second);
  }
  fields.insert(fields.end(), {std::to_string(row.seed), row.result.precise ? "true" : "false",
                               csv_number(row.result.simulated_s), std::to_string(row.result.completed_ios)});
  const std::vector<Quantity>& quantities = row.result.quantities;
  for (const QuantityColumn& column : columns.quantities) {
    const auto quantity = std::find_if(quantities.begin(), quantities.end(),
                                       [&](const Quantity& known) { return known.name == column.name; });
    const bool known = quantity != quantities.end();
    fields.push_back(known ? csv_number(quantity->value) : "");
    if (column.has_interval) fields.push_back(known ? csv_number(quantity->ci95) : "");
  }
  return csv_line(fields);
}

}  // namespace

std::string points_csv(std::vector<PointRow> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const PointRow& a, const PointRow& b) {
    return std::pair(a.point, a.seed) < std::pair(b.point, b.seed);
  });
  const Columns columns = columns_of(rows);
  std::string text = header(columns);
  for (const PointRow& row : rows) text += line(row, columns);
  return text;
}

void write_points_csv(const std::filesystem::path& file, const std::vector<PointRow>& rows) {
  write_atomically(file, points_csv(rows));
}

}  // namespace vqlab

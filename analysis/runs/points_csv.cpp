#include "analysis/runs/points_csv.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "analysis/runs/csv.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/row_key.hpp"
#include "sim/metrics/columns.hpp"

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

// Those of all rows, in the order in which they first appear.
Columns columns_of(const PointRows& rows) {
  Columns columns;
  for (const PointRow& row : rows) {
    add_axis_names({row.curve, row.axes}, columns.axes);
    std::size_t at = 0;  // rows are alike: what comes next is mostly the next column
    for (const Quantity& quantity : row.result.quantities) {
      if (at >= columns.quantities.size() || columns.quantities[at].name != quantity.name)
        at = static_cast<std::size_t>(
            std::find_if(columns.quantities.begin(), columns.quantities.end(),
                         [&](const QuantityColumn& known) { return known.name == quantity.name; }) -
            columns.quantities.begin());
      if (at == columns.quantities.size()) columns.quantities.push_back({quantity.name, false});
      columns.quantities[at].has_interval |= !std::isnan(quantity.ci95);
      ++at;
    }
  }
  return columns;
}

std::string header(const Columns& columns) {
  std::vector<std::string> names = key_columns(columns.axes);
  for (const Column& column : kRunColumns) names.emplace_back(column.name);
  for (const QuantityColumn& column : columns.quantities) {
    names.push_back(column.name);
    if (column.has_interval) names.push_back(interval_name(column.name));
  }
  return csv_line(names);
}

std::string line(const PointRow& row, const Columns& columns) {
  std::vector<std::string> fields = key_fields(row, columns.axes);
  fields.insert(fields.end(),
                {row.result.precise ? "true" : "false", fmt::format("{}", fmt::join(row.result.not_settled, " ")),
                 csv_number(row.result.simulated_s), std::to_string(row.result.completed_ios)});
  std::size_t at = 0;
  for (const QuantityColumn& column : columns.quantities) {
    const std::vector<Quantity>& all = row.result.quantities;
    const bool next = at < all.size() && all[at].name == column.name;
    const Quantity* const quantity = next ? &all[at] : row.result.find(column.name);
    if (next) ++at;
    fields.push_back(quantity != nullptr ? csv_number(quantity->value) : "");
    if (column.has_interval) fields.push_back(quantity != nullptr ? csv_number(quantity->ci95) : "");
  }
  return csv_line(fields);
}

}  // namespace

void points_csv(const PointRows& rows, const TextSink& write) {
  const Columns columns = columns_of(rows);
  write(header(columns));
  for (const PointRow& row : rows) write(line(row, columns));
}

}  // namespace vqlab

#include "analysis/run/result_table.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "analysis/app/aligned_table.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMostLines = 60;

struct Column {
  const char* name;
  const char* heading;
  int decimals;
};

constexpr Column kColumns[] = {
    {"bandwidth_mib_per_s", "MiB/s", 1},
    {"iops", "IOPS", 0},
    {"latency_mean_us", "latency us", 1},
    {"latency_p99_us", "p99 us", 1},
};

std::string number(double value, int decimals) {
  return std::isnan(value) ? "-" : fmt::format("{:.{}f}", value, decimals);
}

const Quantity* find(const PointRow& row, const char* name) {
  for (const Quantity& quantity : row.result.quantities)
    if (quantity.name == name) return &quantity;
  return nullptr;
}

std::vector<std::string> cells_of(const PointRow& row) {
  std::vector<std::string> cells{row.curve};
  for (const auto& [name, value] : row.axes) cells.push_back(value);
  cells.push_back(std::to_string(row.seed));
  for (const Column& column : kColumns) {
    const Quantity* quantity = find(row, column.name);
    cells.push_back(quantity == nullptr ? "-" : number(quantity->value, column.decimals));
    if (&column == kColumns)
      cells.push_back(quantity == nullptr || std::isnan(quantity->ci95) ? "" : "+-" + number(quantity->ci95, 1));
  }
  return cells;
}

}  // namespace

std::string result_table(std::vector<PointRow> rows) {
  if (rows.empty()) return "no point is finished\n";
  std::sort(rows.begin(), rows.end(), [](const PointRow& a, const PointRow& b) { return a.point < b.point; });
  const std::size_t hidden = rows.size() - std::min(rows.size(), kMostLines);
  rows.resize(rows.size() - hidden);

  std::vector<std::vector<std::string>> lines{{"curve"}};
  for (const auto& [name, value] : rows.front().axes) lines.front().push_back(name);
  lines.front().insert(lines.front().end(), {"seed", kColumns[0].heading, "95 %"});
  for (const Column& column : kColumns)
    if (&column != kColumns) lines.front().push_back(column.heading);
  for (const PointRow& row : rows) lines.push_back(cells_of(row));

  std::string table = aligned_table(lines);
  if (hidden > 0) table += fmt::format("and {} more: see points.csv\n", hidden);
  return table;
}

}  // namespace vqlab

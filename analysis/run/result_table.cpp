#include "analysis/run/result_table.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "analysis/app/aligned_table.hpp"
#include "analysis/runs/point_state.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMostLines = 60;

struct Shown {
  Measure measure;
  const char* heading;
  int decimals;
};

constexpr Shown kColumns[] = {
    {Measure::kBandwidth, "MiB/s", 1},
    {Measure::kIops, "IOPS", 0},
    {Measure::kLatencyMean, "latency us", 1},
    {Measure::kLatencyP99, "p99 us", 1},
};

std::string number(double value, int decimals) {
  return std::isnan(value) ? "-" : fmt::format("{:.{}f}", value, decimals);
}

std::vector<std::string> cells_of(const PointRow& row) {
  std::vector<std::string> cells{row.curve};
  for (const auto& [name, value] : row.axes) cells.push_back(value);
  cells.push_back(std::to_string(row.seed));
  for (const Shown& column : kColumns) {
    const Quantity* quantity = row.result.find(name_of(column.measure));
    const std::string mark(mark_of(state_of(row)));
    cells.push_back(quantity == nullptr ? "-" : number(quantity->value, column.decimals) + mark);
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
  for (const Shown& column : kColumns)
    if (&column != kColumns) lines.front().push_back(column.heading);
  for (const PointRow& row : rows) lines.push_back(cells_of(row));

  std::string table = aligned_table(lines);
  if (hidden > 0) table += fmt::format("and {} more: see points.csv\n", hidden);
  std::vector<PointState> states;
  for (const PointRow& row : rows) states.push_back(state_of(row));
  return table + marks_text(states);
}

}  // namespace vqlab

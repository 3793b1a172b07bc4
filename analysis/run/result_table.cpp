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

std::string result_table(const PointRows& rows) {
  if (rows.empty()) return "no point is finished\n";
  const std::size_t shown = std::min(rows.size(), kMostLines);
  std::vector<std::vector<std::string>> lines{{"curve"}};
  std::vector<PointState> states;
  for (std::size_t i = 0; i < shown; ++i) {
    const PointRow row = rows[i];
    if (i == 0)
      for (const auto& [name, value] : row.axes) lines.front().push_back(name);
    lines.push_back(cells_of(row));
    states.push_back(state_of(row));
  }
  lines.front().insert(lines.front().end(), {"seed", kColumns[0].heading, "95 %"});
  for (const Shown& column : kColumns)
    if (&column != kColumns) lines.front().push_back(column.heading);

  std::string table = aligned_table(lines);
  if (rows.size() > shown) table += fmt::format("and {} more: see points.csv\n", rows.size() - shown);
  return table + marks_text(states);
}

}  // namespace vqlab

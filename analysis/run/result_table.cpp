#include "analysis/run/result_table.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <optional>

#include "analysis/app/aligned_table.hpp"
#include "analysis/run/mean_over_seeds.hpp"
#include "analysis/runs/csv_rows.hpp"
#include "analysis/runs/point_state.hpp"
#include "analysis/runs/row_key.hpp"
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

// The runs of one point, which differ in their seed alone.
struct PointLine {
  PointRow first;
  std::vector<std::vector<Estimate>> runs = std::vector<std::vector<Estimate>>(std::size(kColumns));  // by column
  PointState state = PointState::kPrecise;

  explicit PointLine(const PointRow& row) : first(row) { add(row); }

  [[nodiscard]] bool has(const PointRow& row) const { return row.curve == first.curve && row.axes == first.axes; }

  void add(const PointRow& row) {
    state = std::max(state, state_of(row));
    for (std::size_t i = 0; i < std::size(kColumns); ++i)
      if (const Quantity* quantity = row.result.find(name_of(kColumns[i].measure)))
        runs[i].push_back({quantity->value, quantity->ci95});
  }
};

// The first points, and how many there are: rows are read one after another, and there may be many.
struct PointLines {
  std::vector<PointLine> lines;
  std::size_t points = 0;
};

PointLines lines_of_points(const PointRows& rows, std::size_t most) {
  PointLines found;
  std::optional<PointLine> here;
  const auto keep = [&] {
    if (here && found.lines.size() < most) found.lines.push_back(*here);
  };
  for (const PointRow& row : rows) {
    if (here && here->has(row)) {
      here->add(row);
      continue;
    }
    keep();
    here.emplace(row);
    ++found.points;
  }
  keep();
  return found;
}

std::vector<std::string> cells_of(const PointLine& line, bool several_seeds) {
  std::vector<std::string> cells{line.first.curve};
  for (const auto& [name, value] : line.first.axes) cells.push_back(value);
  cells.push_back(std::to_string(several_seeds ? line.runs.front().size() : line.first.seed));
  const std::string mark(mark_of(line.state));
  for (std::size_t i = 0; i < std::size(kColumns); ++i) {
    const int decimals = kColumns[i].decimals;
    const Estimate mean = mean_over_seeds(line.runs[i]);
    cells.push_back(line.runs[i].empty() ? "-" : number(mean.value, decimals) + mark);
    if (several_seeds || i == 0)
      cells.push_back(std::isnan(mean.half_width) ? "" : "+-" + number(mean.half_width, decimals));
  }
  return cells;
}

}  // namespace

std::string result_table(const PointRows& rows) {
  if (rows.empty()) return "no point is finished\n";
  const PointLines found = lines_of_points(rows, kMostLines);
  const bool several_seeds = found.points < rows.size();
  std::vector<std::vector<std::string>> lines{{"curve"}};
  for (const auto& [name, value] : found.lines.front().first.axes) lines.front().push_back(name);
  lines.front().emplace_back(several_seeds ? "seeds" : "seed");
  for (const Shown& column : kColumns) {
    lines.front().emplace_back(column.heading);
    if (several_seeds || &column == kColumns) lines.front().emplace_back("95 %");
  }
  std::vector<PointState> states;
  for (const PointLine& line : found.lines) {
    lines.push_back(cells_of(line, several_seeds));
    states.push_back(line.state);
  }
  std::string table = aligned_table(lines);
  if (found.points > kMostLines) table += fmt::format("and {} more: see points.csv\n", found.points - kMostLines);
  return table + marks_text(states);
}

Json result_rows(const PointRows& rows) {
  Json all = Json::array();
  for (const PointLine& line : lines_of_points(rows, rows.size()).lines) {
    Json& one = all.emplace_back();
    one[kCurveColumn] = line.first.curve;
    one["axes"] = axes_json(line.first.axes);
    one["seeds"] = line.runs.front().size();
    for (std::size_t i = 0; i < std::size(kColumns); ++i) {
      const std::string name(name_of(kColumns[i].measure));
      const Estimate mean = mean_over_seeds(line.runs[i]);
      one[name] = line.runs[i].empty() ? Json() : number_json(mean.value);
      one[name + "_ci95"] = line.runs[i].empty() ? Json() : number_json(mean.half_width);
    }
    one["state"] = to_string(line.state);
  }
  return all;
}

}  // namespace vqlab

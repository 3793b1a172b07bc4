#include "sim/results/points_table.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace vqlab {
namespace {

using Line = std::vector<std::string>;

bool several_seeds(const std::vector<PointRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [&](const PointRow& row) { return row.seed != rows.front().seed; });
}

std::string cell(const PointResult& result, const std::string& name) {
  for (const Quantity& quantity : result.quantities) {
    if (quantity.name != name || std::isnan(quantity.value)) continue;
    const double size = std::fabs(quantity.value);
    const int decimals = size >= 10'000 ? 0 : size >= 100 ? 1 : 3;
    std::string value = fmt::format("{:.{}f}", quantity.value, decimals);
    if (std::isnan(quantity.ci95) || size == 0) return value;
    return fmt::format("{} +-{:.1f}%", value, 100 * quantity.ci95 / size);
  }
  return "-";
}

// Columns as wide as their widest cell, two blanks apart; the first one to the left, numbers to the right.
std::string aligned(const std::vector<Line>& lines) {
  std::vector<std::size_t> widths(lines.front().size(), 0);
  for (const Line& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string text;
  for (const Line& line : lines) {
    text += fmt::format("{:<{}}", line.front(), widths.front());
    for (std::size_t i = 1; i < line.size(); ++i) text += fmt::format("  {:>{}}", line[i], widths[i]);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace

std::string points_table(const std::vector<PointRow>& rows, const std::vector<std::string>& quantities) {
  if (rows.empty()) return "";
  const bool seeds = several_seeds(rows);
  Line heading{"series"};
  for (const auto& [name, value] : rows.front().axes) heading.push_back(name);
  if (seeds) heading.emplace_back("seed");
  heading.insert(heading.end(), quantities.begin(), quantities.end());
  heading.emplace_back("");

  std::vector<Line> lines{heading};
  for (const PointRow& row : rows) {
    Line line{row.series};
    for (const auto& [name, value] : row.axes) line.push_back(value);
    if (seeds) line.push_back(std::to_string(row.seed));
    for (const std::string& name : quantities) line.push_back(cell(row.result, name));
    line.emplace_back(row.result.precise ? "" : "!");
    line.resize(heading.size());
    lines.push_back(line);
  }
  return aligned(lines);
}

}  // namespace vqlab

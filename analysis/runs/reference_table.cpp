#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "analysis/app/wrapped_text.hpp"
#include "analysis/runs/reference_errors.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kTerminalColumns = 100;
constexpr std::size_t kGap = 3;  // between groups

// Digits after the point, the same in the whole table: about four that matter in its largest number.
int decimals_for(const ReferenceErrors& errors) {
  double largest = 0;
  for (const ErrorColumn& column : errors.columns)
    for (const ErrorCell& cell : column.cells) largest = std::fmax(largest, std::fmax(cell.measured, cell.published));
  if (largest >= 1000) return 0;
  return largest >= 100 ? 1 : 3;
}

// What one curve prints: a title over a heading and lines of equal width.
struct Group {
  std::string title;
  std::vector<std::string> lines;  // heading first
  std::size_t width = 0;
};

std::string title_of(const ErrorColumn& column) { return column.curve + (column.counted ? "" : " *"); }

bool has_published(const ErrorColumn& column) {
  return std::any_of(column.cells.begin(), column.cells.end(),
                     [](const ErrorCell& cell) { return !std::isnan(cell.published); });
}

using Texts = std::vector<std::string>;

Texts texts_of(const ErrorCell& cell, int decimals) {
  const double error = cell.error_percent();
  return {std::isnan(cell.measured) ? "-" : fmt::format("{:.{}f}{}", cell.measured, decimals, mark_of(cell.state)),
          std::isnan(cell.published) ? "" : fmt::format("{}", cell.published),
          std::isnan(error) ? "" : fmt::format("{:+.1f}%", error)};
}

Group group_of(const ErrorColumn& column, int decimals) {
  std::vector<Texts> lines{{"here", "publ.", "error"}};
  for (const ErrorCell& cell : column.cells) lines.push_back(texts_of(cell, decimals));
  const std::size_t shown = has_published(column) ? 3 : 1;
  Group group{title_of(column), std::vector<std::string>(lines.size()), title_of(column).size()};
  for (std::size_t i = 0; i < shown; ++i) {
    std::size_t width = 0;
    for (const Texts& line : lines) width = std::max(width, line[i].size());
    for (std::size_t j = 0; j < lines.size(); ++j)
      group.lines[j] += fmt::format("{}{:>{}}", i == 0 ? "" : " ", lines[j][i], width);
  }
  group.width = std::max(group.width, group.lines.front().size());
  return group;
}

// As many groups as fit beside the axis, starting with `first`; at least one.
std::size_t groups_that_fit(const std::vector<Group>& groups, std::size_t first, std::size_t axis_width) {
  std::size_t last = first;
  std::size_t width = axis_width;
  while (last < groups.size() && (last == first || width + kGap + groups[last].width <= kTerminalColumns))
    width += kGap + groups[last++].width;
  return last - first;
}

// Lines have no blanks at their end.
void end_line(std::string& text) {
  text.erase(text.find_last_not_of(' ') + 1);
  text += '\n';
}

std::string note(const ErrorColumn& column) {
  const ErrorSummary errors = summarize(column);
  std::string text = "* " + column.curve + ": shown, not counted";
  if (errors.cells > 0) text += fmt::format(" (its own: {:.1f} % over {} cells)", errors.mean_percent, errors.cells);
  if (!column.why.empty()) text += ": " + column.why;
  return wrapped_text(text, kTerminalColumns, 2);
}

}  // namespace

std::string error_text(const ErrorSummary& errors, const char* cells, int decimals) {
  if (errors.cells == 0) return fmt::format("MAPE unknown over 0 {}", cells);
  return fmt::format("MAPE {:.{}f} % over {} {}, largest error {:.1f} %", errors.mean_percent, decimals, errors.cells,
                     cells, errors.largest_percent);
}

std::string reference_table(const ReferenceErrors& errors) {
  std::vector<std::string> axis{errors.axis};
  axis.insert(axis.end(), errors.positions.begin(), errors.positions.end());
  std::size_t axis_width = 0;
  for (const std::string& position : axis) axis_width = std::max(axis_width, position.size());
  std::vector<Group> groups;
  for (const ErrorColumn& column : errors.columns) groups.push_back(group_of(column, decimals_for(errors)));

  std::string text = errors.metric + ": here, published, and the error of each cell\n";
  for (std::size_t first = 0, fit = 0; first < groups.size(); first += fit) {
    fit = groups_that_fit(groups, first, axis_width);
    text += '\n' + std::string(axis_width, ' ');
    for (std::size_t g = first; g < first + fit; ++g)
      text += fmt::format("{:{}}{:>{}}", "", kGap, groups[g].title, groups[g].width);
    end_line(text);
    for (std::size_t i = 0; i < axis.size(); ++i) {
      text += fmt::format("{:>{}}", axis[i], axis_width);
      for (std::size_t g = first; g < first + fit; ++g)
        text += fmt::format("{:{}}{:>{}}", "", kGap, groups[g].lines[i], groups[g].width);
      end_line(text);
    }
  }
  text += '\n';
  std::vector<PointState> states;
  for (const ErrorColumn& column : errors.columns)
    for (const ErrorCell& cell : column.cells) states.push_back(cell.state);
  text += marks_text(states);
  for (const ErrorColumn& column : errors.columns)
    if (!column.counted) text += note(column);
  return text + error_text(errors.counted) + '\n';
}

}  // namespace vqlab

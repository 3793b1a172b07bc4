#include "analysis/app/aligned_table.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace vqlab {

std::string aligned_table(const std::vector<std::vector<std::string>>& lines, std::size_t left) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& texts : lines)
    for (std::size_t i = 0; i < texts.size(); ++i) widths[i] = std::max(widths[i], texts[i].size());
  std::string table;
  for (const auto& texts : lines) {
    std::string one;
    for (std::size_t i = 0; i < texts.size(); ++i)
      one += (i == 0 ? "" : "  ") +
             (i < left ? fmt::format("{:<{}}", texts[i], widths[i]) : fmt::format("{:>{}}", texts[i], widths[i]));
    table += one.substr(0, one.find_last_not_of(' ') + 1) + '\n';
  }
  return table;
}

}  // namespace vqlab

#include "sim/results/row_key.hpp"

#include <algorithm>
#include <utility>

namespace vqlab {

void sort_by_point(std::vector<PointRow>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const PointRow& a, const PointRow& b) {
    return std::pair(a.point, a.seed) < std::pair(b.point, b.seed);
  });
}

std::vector<std::string> axes_of(const std::vector<PointRow>& rows) {
  std::vector<std::string> axes;
  for (const PointRow& row : rows)
    for (const auto& [name, value] : row.axes)
      if (std::find(axes.begin(), axes.end(), name) == axes.end()) axes.push_back(name);
  return axes;
}

std::vector<std::string> key_columns(const std::vector<std::string>& axes) {
  std::vector<std::string> names{"point", "series"};
  names.insert(names.end(), axes.begin(), axes.end());
  names.emplace_back("seed");
  return names;
}

std::vector<std::string> key_fields(const PointRow& row, const std::vector<std::string>& axes) {
  std::vector<std::string> fields{std::to_string(row.point), row.series};
  for (const std::string& name : axes) {
    const auto axis = std::find_if(row.axes.begin(), row.axes.end(), [&](const auto& a) { return a.first == name; });
    fields.push_back(axis == row.axes.end() ? "" : axis->second);
  }
  fields.push_back(std::to_string(row.seed));
  return fields;
}

}  // namespace vqlab

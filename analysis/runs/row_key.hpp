// What tells the rows of result tables apart: point, curve, axes, seed.
#pragma once

#include <string>
#include <vector>

#include "analysis/runs/point_row.hpp"

namespace vqlab {

// The name of a curve's column in result files, of a curve's member in records and in the journal, and the scope of a
// mean over a curve. Scenarios say "curves"; result files are an interface and keep the word that they began with.
inline constexpr const char* kCurveColumn = "series";

// Rows in the order of their points, and of their seeds for one point.
void sort_by_point(std::vector<PointRow>& rows);

// Axes of all rows, in the order in which they first appear.
[[nodiscard]] std::vector<std::string> axes_of(const std::vector<PointRow>& rows);

// Names of the key's columns, and the row's fields in them; an axis that the row lacks is blank.
[[nodiscard]] std::vector<std::string> key_columns(const std::vector<std::string>& axes);
[[nodiscard]] std::vector<std::string> key_fields(const PointRow& row, const std::vector<std::string>& axes);

}  // namespace vqlab

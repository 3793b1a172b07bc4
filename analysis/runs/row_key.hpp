// What tells the rows of result tables apart: point, curve, axes, seed.
#pragma once

#include <string>
#include <vector>

#include "analysis/runs/point_row.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {

// Names of the key's columns, and the row's fields in them; an axis that the row lacks is blank.
[[nodiscard]] std::vector<std::string> key_columns(const std::vector<std::string>& axes);
[[nodiscard]] std::vector<std::string> key_fields(const PointRow& row, const std::vector<std::string>& axes);

}  // namespace vqlab

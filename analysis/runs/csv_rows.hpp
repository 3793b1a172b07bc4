// A table of CSV as rows of JSON: what a file has, an answer has under the same names.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/document.hpp"

namespace vqlab {

// A list with an object for each line below the first. Cells are texts in the columns that have texts, else numbers,
// true, false, or null where they are blank. Columns of `axes` become members of "axes", with numbers where
// they can be. Precondition: `csv` was made by csv_line().
[[nodiscard]] Json csv_rows(const std::string& csv, const std::vector<std::string>& axes = {});

// "axes" of one row.
[[nodiscard]] Json axes_json(const std::vector<std::pair<std::string, std::string>>& axes);

// Null for what is no number.
[[nodiscard]] Json number_json(double value);

}  // namespace vqlab

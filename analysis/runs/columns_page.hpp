// The reference page of the columns of points.csv and stages.csv, made from their table.
#pragma once

#include <string>

namespace vqlab {

// Markdown.
[[nodiscard]] std::string columns_page();

}  // namespace vqlab

// Tables for a terminal.
#pragma once

#include <string>
#include <vector>

namespace vqlab {

// Columns as wide as their widest text, two blanks between them; the first one to the left, the others to the right.
// Precondition: at least one line; no line has more texts than the first one.
[[nodiscard]] std::string aligned_table(const std::vector<std::vector<std::string>>& lines);

}  // namespace vqlab

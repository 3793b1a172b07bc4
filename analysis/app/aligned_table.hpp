// Tables for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace vqlab {

// Columns as wide as their widest text, two blanks between them; the first `left` ones to the left, the others to the
// right. Precondition: at least one line; no line has more texts than the first one.
[[nodiscard]] std::string aligned_table(const std::vector<std::vector<std::string>>& lines, std::size_t left = 1);

}  // namespace vqlab

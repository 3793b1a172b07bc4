// The rows of the engine, the steering policies and the rings: what the program's speed is quoted by.
#pragma once

#include <vector>

#include "tests/bench/turns.hpp"

namespace vqlab::bench {

// All groups, each in a file of its own.
[[nodiscard]] std::vector<RowGroup> row_groups();

// Measures the group in all its turns and prints the median of each row, `name = value unit`.
void print_rows(const RowGroup& group);

// Measures it once and prints each row, `name = value unit`, for compare_rows().
void print_turn(const RowGroup& group);

}  // namespace vqlab::bench

// The rows that `./lab bench` ends with: what the program's speed is quoted by.
#pragma once

namespace vqlab::bench {

// Measures and prints every row, `name = value unit`. Takes about a minute.
void print_rows();

}  // namespace vqlab::bench

// The rows that `./lab bench ring` ends with.
#pragma once

namespace vqlab::bench {

// Measures and prints every row, `name = value unit`. Takes some seconds.
void print_ring_rows();

}  // namespace vqlab::bench

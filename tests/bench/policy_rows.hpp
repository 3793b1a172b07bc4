// The rows of what a steering policy decides in.
#pragma once

namespace vqlab::bench {

// Measures and prints one row for each registered policy, `name = value unit`. Takes a second.
void print_policy_rows();

}  // namespace vqlab::bench

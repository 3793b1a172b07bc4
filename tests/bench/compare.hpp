// This revision beside another one.
#pragma once

#include <string>

namespace vqlab::bench {

// Prints every row of both revisions, measured in turns, see pairs_table(). `other` is the program vqlab of the other
// one; its benchmarks, if it has any that give single turns, lie below it. Returns the exit code.
[[nodiscard]] int compare_revisions(const std::string& other);

}  // namespace vqlab::bench

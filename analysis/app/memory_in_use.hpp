// What this process has taken of the memory.
#pragma once

namespace vqlab {

// In MB, the most so far.
[[nodiscard]] long memory_in_use_mb();

}  // namespace vqlab

// The state of a large point in huge pages: what is touched at random then misses fewer translations.
#pragma once

#include <cstdint>

namespace vqlab {

// What this process allocates from now on, up to about so many bytes, lies in pages of 2 MiB where the kernel has them
// to give. Of a state that is too small to gain from it nothing changes. For a process that simulates one point and
// ends: what it frees stays its own.
void ask_for_huge_pages(std::uint64_t state_bytes);

}  // namespace vqlab

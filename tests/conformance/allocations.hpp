// How often this program's operator new, which this folder replaces, has been called.
#pragma once

#include <cstdint>

namespace vqlab::test {

[[nodiscard]] std::uint64_t allocations() noexcept;

}  // namespace vqlab::test

// Where the addresses of a device lie on units that work in parallel.
#pragma once

#include <cstdint>

namespace vqlab {

// The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): every bit depends on every bit.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

// The one of `units` that a page of a logical unit lies on. As many neighbouring pages as there are units lie on one
// each, in turn; where they begin is hashed. Precondition: units > 0.
[[nodiscard]] constexpr std::uint32_t placed_on(std::uint64_t units, std::uint32_t logical_unit,
                                                std::uint64_t page) noexcept {
  const std::uint64_t first = mix(mix(std::uint64_t{logical_unit} + 1) + page / units) % units;
  return static_cast<std::uint32_t>((first + page % units) % units);
}

}  // namespace vqlab

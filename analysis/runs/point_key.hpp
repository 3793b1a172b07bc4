// What a simulation depends on, as one short key: two with the same key have the same result.
#pragma once

#include <array>
#include <cstdint>

#include "analysis/scenario/section.hpp"

namespace vqlab {

// What is asked of a simulation.
enum class Asked : std::uint8_t {
  kResult,        // bounded_point()
  kWithoutBound,  // run_point()
  kCriticalPath,  // explain_point()
};

// The first 16 bytes of a SHA-256.
using PointKey = std::array<std::uint8_t, 16>;

// Of every parameter's value but those of policies that do not steer, of the seed and of what is asked, and of the
// policy's code if that was loaded. It holds for programs of one build: another one may have other parameters, or draw
// other numbers.
[[nodiscard]] PointKey point_key(const PointSpec& spec, std::uint64_t seed, Asked asked);

}  // namespace vqlab

// Whether simulations fit into this machine's memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/scenario/study.hpp"

namespace vqlab {

// Memory that a process may use: the machine's with its swap space, or less where a limit on this process or its
// control group says so.
[[nodiscard]] std::uint64_t usable_memory();

// "1.5 GB".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

// What the state of a point needs, and of what it consists, in words.
[[nodiscard]] std::string state_text(const Testbed& testbed);

// Throws Refused if one of the points needs more than there is. Returns how many of them fit at once, at least 1.
[[nodiscard]] std::uint64_t points_that_fit(const PointList& points, std::uint64_t memory);

}  // namespace vqlab

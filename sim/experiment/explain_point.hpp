// The same run once more, with its critical path.
#pragma once

#include "sim/experiment/run_point.hpp"

namespace vqlab {

// What run_point finds, bit for bit, and the critical path beside it. Takes about twice as long.
// Preconditions and errors as run_point.
[[nodiscard]] PointResult explain_point(const Testbed& testbed, const Precision& precision, std::uint64_t seed);

}  // namespace vqlab

// Replays a ring trace on our rings, and records traces of the same form from them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/ring/replay/difference.hpp"
#include "analysis/ring/replay/operation.hpp"
#include "analysis/ring/replay/trace.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {

struct StepDifference {
  std::size_t step = 0;   // from 1; 0: the initial state
  std::string operation;  // as written; empty for the initial state
  Difference difference;
};

// The first step after which our ring is not what was recorded, in its result, in either side's state or in any byte.
[[nodiscard]] std::optional<StepDifference> replay(const RingTrace& trace);

// What our rings do and write, as a trace. Operations that are no operations end in `ensure`.
[[nodiscard]] Json record(const TraceConfig& config, const std::vector<std::string>& operations);

}  // namespace vqlab

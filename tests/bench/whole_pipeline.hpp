// The whole testbed, real rings and all, as a study runs it: run control hands the calendar one batch after the other.
#pragma once

#include <cstdint>

#include "models/base/units.hpp"

namespace vqlab::bench {

struct WholePipeline {
  std::uint32_t targets = 32;
  Duration warm_up = 20ms;
  Duration length = 1s;  // simulated, measured
};

struct WholePipelineRun {
  std::uint64_t ios = 0;  // completed in `length`
  std::uint64_t steps = 0;
  double cpu_s = 0;
};

// The testbed of the 2012 study on 4 devices, or as many as it takes (one has at most 256 targets), with rings that
// never fill: 4 x 256 commands of one descriptor each. At most one call in a process.
[[nodiscard]] WholePipelineRun run_whole_pipeline(const WholePipeline& pipeline);

}  // namespace vqlab::bench

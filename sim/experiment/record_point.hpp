// Records a stretch of one point, without measuring it.
#pragma once

#include <cstdint>

#include "models/testbed/testbed.hpp"
#include "sim/experiment/recording.hpp"

namespace vqlab {

// The run is the one that run_point() measures, up to `to`. The recording ends earlier if the jobs do. Preconditions as
// of run_point(), and 0 <= from < to. Throws OrderBroken, and NothingMeasured if the jobs end before `from`.
[[nodiscard]] Recording record_point(const Testbed& testbed, std::uint64_t seed, Duration from, Duration to);

// From when a stretch is worth a look: the jobs are there, and caches, queues and polling have settled.
[[nodiscard]] Duration recorded_from(const Testbed& testbed);

}  // namespace vqlab

// The hold model: so many processes, each of which sleeps again and again. What it costs is the engine's alone.
#pragma once

#include <cstdint>

#include "models/base/units.hpp"

namespace vqlab::bench {

struct HoldModel {
  std::uint32_t processes = 512;
  Duration mean = 10us;     // of a hold; exponential
  Duration length = 200ms;  // of the run
};

// Holds per CPU second. The delays are drawn beforehand: drawing them is no work of the engine.
[[nodiscard]] double holds_inside_simgrid(const HoldModel& model);  // at most one call in a process
[[nodiscard]] double holds_on_bare_calendar(const HoldModel& model);

}  // namespace vqlab::bench

// JSON schemas of scenarios, machines and calibration plans, made from the same tables that the reader uses.
#pragma once

#include "analysis/scenario/document.hpp"

namespace vqlab {

// Draft 7, which editors know best. What it accepts may still break a cross-check, be a name that stands for nothing,
// or a size whose text is out of bounds; what it refuses the reader refuses, too.
// The scenario's refers to the machine's as machine_schema.json, in the same folder.
[[nodiscard]] Json scenario_schema();
[[nodiscard]] Json machine_schema();
[[nodiscard]] Json device_schema();
// Refers to the other two, in the same folder.
[[nodiscard]] Json calibration_plan_schema();

}  // namespace vqlab

// The member "calibration" of a scenario.
#pragma once

#include <string>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/scenario.hpp"

namespace vqlab {

// Targets that the sweep does not visit are faults unless an override excuses them.
[[nodiscard]] Calibration read_calibration(const Json& json, const std::string& path, const Scenario& scenario,
                                           FaultList& faults);

}  // namespace vqlab

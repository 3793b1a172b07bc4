// The member "reference" of a scenario: published values that results are compared with.
#pragma once

#include <string>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/scenario.hpp"

namespace vqlab {

// Positions that the sweep does not visit are left out if an override excuses them, else faults.
[[nodiscard]] Reference read_reference(const Json& json, const std::string& path, const Scenario& scenario,
                                       FaultList& faults);

}  // namespace vqlab

// The rules of a scenario.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/read_machine.hpp"
#include "analysis/scenario/scenario.hpp"

namespace vqlab {

// Faults of a machine file carry that file's name.
[[nodiscard]] Scenario read_scenario(const Json& document, const ScenarioPlace& place, Leniency leniency,
                                     std::vector<Fault>& faults);

}  // namespace vqlab

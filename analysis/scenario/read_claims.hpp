// The members "claims" and "free_parameters" of a scenario.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/scenario.hpp"

namespace vqlab {

// Positions that the sweep does not visit are faults unless an override excuses them.
[[nodiscard]] std::vector<Claim> read_claims(const Json& json, const std::string& path, const Scenario& scenario,
                                             FaultList& faults);

// `file` is the scenario's: what it sets itself, and not its machine, may be free.
[[nodiscard]] std::vector<FreeParameter> read_free_parameters(const Json& json, const std::string& path,
                                                              const Scenario& scenario, const std::string& file,
                                                              FaultList& faults);

}  // namespace vqlab

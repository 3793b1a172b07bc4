// From a scenario to its points.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/scenario.hpp"

namespace vqlab {

// Where reading the scenario gave faults the study is not to be used, but its faults are real. Points that break a
// cross-check are faults, each named once, at the place that is most likely the one to change: sweep before curves
// before scenario before machine. `policies`: see StudyOptions.
[[nodiscard]] Study spread(const Scenario& scenario, const std::string& file, const std::vector<std::string>& policies,
                           std::vector<Fault>& faults);

}  // namespace vqlab

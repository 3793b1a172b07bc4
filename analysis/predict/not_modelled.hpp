// What the analytic model does not know.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// A fault for each parameter of the study's points that the model has no answer for, and for each value of it.
[[nodiscard]] std::vector<Fault> not_modelled(const Study& study, const std::string& file);

}  // namespace vqlab

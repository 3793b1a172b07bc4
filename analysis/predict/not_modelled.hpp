// What the analytic model does not know.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// A fault for each parameter of the study's points that the model has no answer for, and for each value of it.
[[nodiscard]] std::vector<Fault> not_modelled(const Study& study, const std::string& file);

// The costs that no prediction depends on, each with the reason that its row gives, a line each.
[[nodiscard]] std::string costs_not_modelled();

}  // namespace vqlab

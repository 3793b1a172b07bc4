// The member "figures" of a scenario: what is drawn of a run beside the usual figures.
#pragma once

#include <string>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/scenario.hpp"

namespace vqlab {

// `scenario` has its sweep already. Metrics that are no columns of points.csv, and axes that are not swept, are faults.
[[nodiscard]] FigureWishes read_figures(const Json& json, const std::string& path, const Scenario& scenario,
                                        FaultList& faults);

// Of the member, for the scenario's schema.
[[nodiscard]] Json figures_schema();

}  // namespace vqlab

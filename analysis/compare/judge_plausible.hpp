// What runs on many plausible machines say of a comparison.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/compare/plan_comparison.hpp"
#include "analysis/uncertainty/machine_draws.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"

namespace vqlab {

// The first seed's point of each place and policy: what the machines run.
[[nodiscard]] PointList plausible_points(const ComparisonPlan& plan);

// Quantities that judge_plausible() asks for.
[[nodiscard]] std::vector<std::string> compared_quantities();

// Adds to each cell of the comparison what the machines say of it; for the metric of this position also which
// parameters turn the verdict. `values` are those of plausible_points().
void judge_plausible(const MachineDraws& draws, const PlausibleValues& values, std::size_t ranking_metric,
                     Comparison& comparison);

}  // namespace vqlab

// What the results of a comparison say.
#pragma once

#include <vector>

#include "analysis/compare/plan_comparison.hpp"
#include "analysis/runs/point_rows.hpp"

namespace vqlab {

// The plan's comparison with its cells. Rows are those of the plan's points; points without one are unknown.
[[nodiscard]] Comparison judge(const ComparisonPlan& plan, const PointRows& rows);

}  // namespace vqlab

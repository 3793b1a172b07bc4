// What the results of an ablation study say.
#pragma once

#include <vector>

#include "analysis/ablate/plan_ablation.hpp"
#include "analysis/runs/point_rows.hpp"

namespace vqlab {

// The plan's ablation with its cells. Rows are those of the plan's points; points without one are unknown.
[[nodiscard]] Ablation judge(const AblationPlan& plan, const PointRows& rows);

}  // namespace vqlab

// What the results of a comparison say.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "analysis/compare/plan_comparison.hpp"
#include "analysis/runs/point_rows.hpp"

namespace vqlab {

// What a comparison is judged by, by point of its plan.
struct ComparedValues {
  std::array<std::vector<double>, kComparisonMetrics.size()> values;  // by metric; NaN: unknown
  std::vector<PointState> states;
};

// Rows are those of `points` points; points without one are unknown.
[[nodiscard]] ComparedValues compared_values(const PointRows& rows, std::size_t points);

// The plan's comparison with its cells.
[[nodiscard]] Comparison judge(const Comparison& plan, const ComparedValues& values);

}  // namespace vqlab

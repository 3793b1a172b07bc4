// Replications: configurations that are each simulated under the same seeds, so that differences between them are
// paired by seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analysis/runs/point_rows.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// Replications of a comparison whose study has fewer seeds. Student's t has then 9 degrees of freedom: the 95 %
// interval is 15 % wider than with very many seeds (42 % with 5, 120 % with 3), and the smallest p of 70 tests that
// Holm calls significant takes 5.0 standard errors (9.4 with 5, 37 with 3).
inline constexpr std::size_t kReplications = 10;

// The same for an ablation, which has ten times as many variants and larger differences.
inline constexpr std::size_t kAblationReplications = 5;

// More simulations than this are no question to ask at once.
inline constexpr std::size_t kMostSimulations = 100000;

// `seeds`, then those after the largest until there are `at_least`.
[[nodiscard]] std::vector<std::uint64_t> replications(std::vector<std::uint64_t> seeds, std::size_t at_least);

// Adds the point under each seed; indices go on from those that are there.
void add_replications(Point point, const std::vector<std::uint64_t>& seeds, PointList& points);

// Values of a quantity by point, NaN where there is none. Precondition: the rows are those of `points` points.
[[nodiscard]] std::vector<double> values_by_point(const PointRows& rows, std::size_t points, std::string_view quantity);

}  // namespace vqlab

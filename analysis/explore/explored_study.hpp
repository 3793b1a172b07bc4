// A study as the page of `vqlab explore` draws it, before anything is simulated.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/study.hpp"
#include "sim/metrics/point_result.hpp"

namespace vqlab {

// Positions in Study::points of those of its first seed, in their order. The page's points are these.
[[nodiscard]] std::vector<std::size_t> explored_points(const Study& study);

// Title, notes, axes, curves and where its points stand, as analysis/page/web/types.d.ts has them; what was published;
// where the analytic model knows all of the study, what it predicts, and else why it does not.
[[nodiscard]] Json explored_study(const Study& study, const std::string& file);

// One point as it was simulated: its quantities with their intervals, and its stages.
[[nodiscard]] Json explored_point(const PointResult& result);

// Shares of its critical path, by what people call the resource there.
[[nodiscard]] Json explored_path(const PointResult& result, const Testbed& testbed);

}  // namespace vqlab

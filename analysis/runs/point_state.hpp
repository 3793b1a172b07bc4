// How far the runs of a point can be trusted: precise, not precise, not settled.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/runs/point_rows.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// From good to bad: of several states the largest is that of all together.
enum class PointState {
  kPrecise,
  kNotPrecise,  // a run ended before it was as precise as asked
  kNotSettled,  // the interval cannot be trusted
};

// "precise", "not precise" or "not settled".
[[nodiscard]] std::string_view to_string(PointState state);

// What stands behind a number of a table: nothing, "!" or "?".
[[nodiscard]] std::string_view mark_of(PointState state);

// What the marks of a table mean, a line for each state that is among them.
[[nodiscard]] std::string marks_text(const std::vector<PointState>& states);

// Of all that the run says: if one headline has not settled, the testbed remembers for longer than the run, and no
// interval is to be trusted.
[[nodiscard]] PointState state_of(const PointRow& run);

// By point. One without a row is precise: it has no number to be marked.
[[nodiscard]] std::vector<PointState> states_by_point(const PointRows& rows, std::size_t points);

// The rows, with what the runs of a point say together: a headline in which they disagree by more than their
// intervals, or in which their mean disagrees with the much longer run of the same point in `longer`, is not settled in
// any of them.
// Runs of a point are neighbours among `points` that differ in their seed alone; rows say by `point` whose they are.
[[nodiscard]] PointRows judged(const PointRows& rows, const PointList& points, const PointRows& longer = {});

}  // namespace vqlab

// One run of each point that is much longer than the others: it shows whether they were long enough.
#pragma once

#include <filesystem>
#include <vector>

#include "analysis/runs/journal.hpp"
#include "analysis/runs/point_rows.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// Ten times as long as the longest run of the point, under a seed of its own. Each has the index of the study's first
// point of the same place. None where a run of the point is not finished, since its length would depend on what came
// first, and none where the longest run that the scenario allows is not at least twice as long.
[[nodiscard]] PointList plan_long_runs(const Study& study, const PointRows& rows);

// Where their journal stands in a result directory.
[[nodiscard]] std::filesystem::path long_runs_folder(const std::filesystem::path& result);

// The journal's rows, judged together with the long runs that stand in the result directory, if they are those of this
// run. `faults` names what is damaged there; how many are missing is said on standard error. Precondition: the rows are
// the study's.
[[nodiscard]] PointRows judged_result(const JournalContents& journal, const Study& study,
                                      const std::filesystem::path& result, std::vector<Fault>& faults);

}  // namespace vqlab

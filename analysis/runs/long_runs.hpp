// One run of each point that is much longer than the others: it shows whether they were long enough.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "analysis/runs/journal.hpp"
#include "analysis/runs/point_row.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

struct LongRuns {
  std::vector<Point> points;      // indices are positions here
  std::vector<std::uint32_t> of;  // by index: the study's first point of the same place

  // Rows of these points, as rows of the study's.
  [[nodiscard]] std::vector<PointRow> in_study(std::vector<PointRow> rows) const;
};

// Ten times as long as the longest run of the point, under a seed of its own; none where the longest run that the
// scenario allows is not at least twice as long, or where no run of the point is finished.
[[nodiscard]] LongRuns plan_long_runs(const Study& study, const std::vector<PointRow>& rows);

// Where their journal stands in a result directory.
[[nodiscard]] std::filesystem::path long_runs_folder(const std::filesystem::path& result);

// The journal's rows, judged together with the long runs that stand in the result directory, if they are those of this
// run. `faults` names what is damaged there. Precondition: the rows are the study's.
[[nodiscard]] std::vector<PointRow> judged_result(const JournalContents& journal, const Study& study,
                                                  const std::filesystem::path& result, std::vector<Fault>& faults);

}  // namespace vqlab

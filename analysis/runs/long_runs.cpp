#include "analysis/runs/long_runs.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/runs/point_state.hpp"
#include "analysis/runs/replications.hpp"
#include "analysis/runs/result_folder.hpp"

namespace vqlab {
namespace {

// Longer ones would find little more: what the runs themselves scatter by then limits it.
constexpr double kLonger = 10;
constexpr double kWorthIt = 2;

}  // namespace

std::filesystem::path long_runs_folder(const std::filesystem::path& result) { return result / kLongRunsFolder; }

PointRows judged_result(const JournalContents& journal, const Study& study, const std::filesystem::path& result,
                        std::vector<Fault>& faults) {
  const std::filesystem::path file = long_runs_folder(result) / kJournalName;
  const std::optional<JournalContents> longer = read_journal(file, faults);
  if (!longer || !(longer->identity == journal.identity)) return judged(journal.rows(), study.points);
  const std::size_t known = faults.size();
  const PointList planned = plan_long_runs(study, journal.rows());
  check_rows(*longer, planned, file, faults);
  if (faults.size() > known) return journal.rows();
  if (longer->places.size() < planned.size())
    say_note(fmt::format(
        "note: {} of {} long runs are missing in {}: it is not known whether the runs of their points were long "
        "enough; `vqlab run` with --resume makes them",
        planned.size() - longer->places.size(), planned.size(), result.string()));
  return judged(journal.rows(), study.points, longer->rows());
}

PointList plan_long_runs(const Study& study, const PointRows& rows) {
  std::vector<double> simulated_s(study.points.size(), 0.0);
  // A stretch of time is as long as it is.
  for (const PointRow& row : rows) simulated_s.at(row.point) = row.result.phases.empty() ? row.result.simulated_s : 0.0;
  const std::size_t seeds = study.seeds.size();
  const std::uint64_t seed = replications(study.seeds, seeds + 1).back();
  PointList points;
  for (std::size_t first = 0; first < study.points.size(); first += seeds) {
    const auto begin = simulated_s.begin() + static_cast<std::ptrdiff_t>(first);
    const auto [shortest, longest] = std::minmax_element(begin, begin + static_cast<std::ptrdiff_t>(seeds));
    Point point = study.points[first];
    const double length = std::min(kLonger * *longest, point.precision.max_simulated_s);
    if (*shortest == 0 || length < kWorthIt * *longest) continue;
    point.seed = seed;
    point.precision.results = {};
    point.precision.min_simulated_s = point.precision.max_simulated_s = length;
    points.push_back(point);
  }
  return points;
}

}  // namespace vqlab

// Simulates the points of a study, each in a process of its own; every result goes to the journal at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/app/progress.hpp"
#include "analysis/runs/point_row.hpp"
#include "analysis/runs/run_folder.hpp"
#include "analysis/runs/run_json.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "analysis/scenario/study.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// Prints progress and failures to standard error. Throws std::filesystem::filesystem_error where the results cannot be
// written.
class PointRuns {
 public:
  // `directory` need not be there yet. `known` are all points that its journal may have, `points` or more; only those
  // of `points` are taken up. The indices of the known points differ. Throws Refused where a point does not fit into
  // the memory, and where the run cannot begin or go on there: see RunFolder.
  PointRuns(const std::vector<Point>& points, const std::vector<Point>& known, const std::filesystem::path& directory,
            RunIdentity identity, const Opening& opening);
  PointRuns(const std::vector<Point>& points, const std::filesystem::path& directory, RunIdentity identity,
            const Opening& opening)
      : PointRuns(points, points, directory, std::move(identity), opening) {}

  // Runs what is not finished, in `jobs` processes at once (0: one for each CPU), or as many as the memory holds. True
  // if it was interrupted.
  [[nodiscard]] bool run(const PointRunner& run_point, unsigned jobs, bool quiet);

  // For what is made of the results.
  [[nodiscard]] RunFolder& folder() noexcept { return folder_; }

  // In the order in which they were finished.
  [[nodiscard]] const std::vector<PointRow>& rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }

  // What run.json says of this run of the study.
  [[nodiscard]] RunRecord record(const Study& study) const;

  // Says how far it came, with the points as `what` they are, and prints the command `resuming`, which goes on. Returns
  // the exit code.
  [[nodiscard]] int say_how_to_resume(const Invocation& resuming, std::string_view what = "points") const;

 private:
  [[nodiscard]] static std::string utc_now();
  void note_failure(const Point& point, const TaskOutcome& outcome, Progress& progress);

  const std::vector<Point>& points_;
  std::uint64_t most_jobs_;  // that fit into the memory
  std::filesystem::path directory_;
  RunFolder folder_;
  std::vector<PointRow> rows_;
  std::uint64_t failed_ = 0;
  std::string started_utc_ = utc_now();
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace vqlab

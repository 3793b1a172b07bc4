// Simulates the points of a study, each in a process of its own; every result goes to the journal at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/app/progress.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/runs/point_row.hpp"
#include "analysis/runs/run_json.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "analysis/scenario/study.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// Prints progress and failures to standard error. Throws std::filesystem::filesystem_error where the journal cannot be
// written.
class PointRuns {
 public:
  // The points' indices are their positions. `directory` need not be there yet.
  PointRuns(const std::vector<Point>& points, std::filesystem::path directory, RunIdentity identity)
      : points_(points), directory_(std::move(directory)), identity_(std::move(identity)) {}

  // Goes on with the journal that stands in the directory, if there is one of this very run. False, and said why, if
  // there is one of another.
  [[nodiscard]] bool take_up();

  // Runs what is not finished, in `jobs` processes at once (0: one for each CPU). True if it was interrupted.
  [[nodiscard]] bool run(const PointRunner& run_point, unsigned jobs, bool quiet);

  // In the order in which they were finished.
  [[nodiscard]] const std::vector<PointRow>& rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }

  // What run.json says of this run of the study.
  [[nodiscard]] RunRecord record(const Study& study) const;

  // Says how far it came, and prints the command `resuming`, which goes on. Returns the exit code.
  [[nodiscard]] int say_how_to_resume(const Invocation& resuming) const;

 private:
  [[nodiscard]] static std::string utc_now();
  void note_failure(const Point& point, const TaskOutcome& outcome, Progress& progress);

  const std::vector<Point>& points_;
  std::filesystem::path directory_;
  RunIdentity identity_;
  std::optional<Journal> journal_;
  std::vector<PointRow> rows_;
  std::uint64_t failed_ = 0;
  std::string started_utc_ = utc_now();
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace vqlab

// Simulates the points of a study, each in a process of its own; every result goes to the journal at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/app/progress.hpp"
#include "analysis/runs/executor.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/runs/point_cache.hpp"
#include "analysis/runs/point_key.hpp"
#include "analysis/runs/point_rows.hpp"
#include "analysis/runs/run_folder.hpp"
#include "analysis/runs/run_json.hpp"
#include "analysis/runs/shard.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "analysis/scenario/study.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// How points are simulated.
struct Simulating {
  unsigned jobs = 0;                    // processes at once; 0: one for each CPU
  bool quiet = false;                   // no progress
  bool use_cache = false;               // what was simulated is taken from the cache, what is simulated is kept there
  std::optional<Shard> shard{};         // the part that is simulated; nothing: all
  std::optional<SlurmOptions> slurm{};  // nothing: processes of this machine
};

// Prints progress and failures to standard error. Throws std::filesystem::filesystem_error where the results cannot be
// written.
class PointRuns {
 public:
  // `directory` need not be there yet. `known` are all points that its journal may have, `points` or more; only those
  // of `points` are taken up. The indices of the known points differ. Throws Refused where a point does not fit into
  // the memory, and where the run cannot begin or go on there: see RunFolder.
  PointRuns(const PointList& points, const PointList& known, const std::filesystem::path& directory,
            RunIdentity identity, const Opening& opening);
  PointRuns(const PointList& points, const std::filesystem::path& directory, RunIdentity identity,
            const Opening& opening)
      : PointRuns(points, points, directory, std::move(identity), opening) {}

  // Runs what is not finished, in as many processes at once as were asked for, or as the memory holds. `asked`: what
  // the runner gives; the cache and a cluster's tasks know results by it. True if that is not all of them.
  [[nodiscard]] bool run(const PointRunner& run_point, Asked asked, const Simulating& how);
  // Whether it ended before it had run what it was to run: interrupted, or a script was exported. If not, what is
  // missing belongs to other shards.
  [[nodiscard]] bool stopped() const noexcept { return ended_ == Ended::kInterrupted || ended_ == Ended::kExported; }

  // For what is made of the results.
  [[nodiscard]] RunFolder& folder() noexcept { return folder_; }

  // Of the points that are finished.
  [[nodiscard]] PointRows rows() const { return {reader_, places_}; }
  [[nodiscard]] std::size_t finished() const noexcept { return places_.size(); }
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }

  // What run.json says of this run of the study.
  [[nodiscard]] RunRecord record(const Study& study) const;

  // Gives the verb's answer its members study, title, directory, seeds and simulations.
  void answer_run(const Study& study) const;
  // After a run() that was not all: says how far it came, with the points as `what` they are, and prints the command
  // `resuming`, which goes on. Returns the exit code.
  [[nodiscard]] int say_how_to_resume(const Invocation& resuming, std::string_view what = "points") const;

 private:
  [[nodiscard]] static std::string utc_now();
  // Runs those at these positions.
  Ended simulate(std::vector<std::size_t> pending, const PointRunner& run_point, Asked asked, const Simulating& how);
  void note_failure(const Point& point, const TaskOutcome& outcome, Progress& progress);
  // False if the text is no result.
  bool note_result(std::size_t position, std::string_view result, Journal& journal, Progress& progress);
  // Takes those that the cache has out of `pending`; `keys` are theirs. True if it was interrupted.
  bool take_from_cache(std::vector<std::size_t>& pending, std::vector<PointKey>& keys, PointCache& cache,
                       Journal& journal, Progress& progress);

  const PointList& points_;
  std::uint64_t most_jobs_;  // that fit into the memory
  std::filesystem::path directory_;
  RunFolder folder_;
  std::shared_ptr<const RowReader> reader_;  // of the journal
  std::vector<RowPlace> places_;             // in it, of finished points
  std::uint64_t completed_ios_ = 0;
  double cpu_s_ = 0;  // of the points that ran here
  std::uint64_t failed_ = 0;
  Ended ended_ = Ended::kWhole;
  std::optional<Shard> shard_;
  std::string started_utc_ = utc_now();
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace vqlab

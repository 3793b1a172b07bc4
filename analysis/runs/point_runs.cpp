#include "analysis/runs/point_runs.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <new>
#include <optional>
#include <set>
#include <stdexcept>

#include "analysis/app/verb.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/runs/memory.hpp"
#include "analysis/runs/point_line.hpp"
#include "build_info.hpp"
#include "models/base/cost.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

std::string describe(const PointRow& row) {
  std::string text = row.curve;
  for (const auto& [name, value] : row.axes) text += " " + name + "=" + value;
  return text + fmt::format(" seed={}", row.seed);
}

// What a line of progress says of a point beside where it stands.
std::string headline(const PointRow& row) {
  const Quantity* const bandwidth = row.result.find(name_of(Measure::kBandwidth));
  return bandwidth == nullptr ? "" : fmt::format(": {:.0f} MiB/s", bandwidth->value);
}

}  // namespace

PointRuns::PointRuns(const std::vector<Point>& points, const std::vector<Point>& known,
                     const std::filesystem::path& directory, RunIdentity identity, const Opening& opening)
    : points_(points),
      most_jobs_(points_that_fit(points, usable_memory())),
      directory_(directory),
      folder_(directory, std::move(identity), opening) {
  if (!folder_.taken_up()) return;
  std::vector<Fault> faults;
  check_rows(*folder_.taken_up(), known, folder_.journal_file(), faults);
  refuse_if_any(faults);
  std::set<std::uint32_t> wanted;
  for (const Point& point : points_) wanted.insert(point.index);
  for (const PointRow& row : folder_.taken_up()->rows)
    if (wanted.count(row.point) != 0) rows_.push_back(row);
}

bool PointRuns::run(const PointRunner& run_point, unsigned jobs, bool quiet) {
  std::set<std::uint32_t> finished;
  for (const PointRow& row : rows_) finished.insert(row.point);
  std::vector<const Point*> pending;
  for (const Point& point : points_)
    if (finished.count(point.index) == 0) pending.push_back(&point);
  if (pending.empty()) return false;
  Journal journal = folder_.begin();

  Progress progress(points_.size(), rows_.size(), quiet);
  make_cost_tables();
  const auto work = [&](std::size_t task) {
    const Point& point = *pending[task];
    try {
      return to_line(row_of(point, run_point(point.testbed, point.precision, point.seed)));
    } catch (const std::bad_alloc&) {
      throw std::runtime_error("out of memory: it needs " + state_text(point.testbed));
    }
  };
  const auto on_finished = [&](const TaskOutcome& outcome) {
    const std::optional<PointRow> row = outcome.ok ? point_from_line(outcome.payload) : std::nullopt;
    if (!row) return note_failure(*pending[outcome.task], outcome, progress);
    journal.append(*row);
    progress.finished(describe(*row) + headline(*row));
    rows_.push_back(*row);
  };
  const std::uint64_t at_once = std::min<std::uint64_t>(jobs == 0 ? usable_cpus() : jobs, most_jobs_);
  return run_in_processes(pending.size(), static_cast<unsigned>(at_once), work, on_finished);
}

void PointRuns::note_failure(const Point& point, const TaskOutcome& outcome, Progress& progress) {
  ++failed_;
  const std::string what = describe(row_of(point, {}));
  progress.clear();
  fmt::print(stderr, "vqlab: point {} ({}) failed: {}\n", point.index, what,
             outcome.ok ? "its result cannot be read" : outcome.error);
  progress.finished(what + ": failed");
}

RunRecord PointRuns::record(const Study& study) const {
  RunRecord record;
  record.study = study.name;
  record.scenario = study.resolved;
  record.seeds = study.seeds;
  record.version = build_version();
  record.commit = build_commit();
  record.program_sha256 = build_program_sha256();
  record.tools = {{"compiler", std::string(build_compiler())},
                  {"build_type", std::string(build_type())},
                  {"simgrid", std::string(build_simgrid_version())}};
  std::uint64_t ios = 0;
  for (const PointRow& row : rows_) ios += row.result.completed_ios;
  record.counters = {{"completed_ios", ios}, {"failed_points", failed_}};
  record.points_total = points_.size();
  record.points_finished = rows_.size();
  record.started_utc = started_utc_;
  record.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  return record;
}

int PointRuns::say_how_to_resume(const Invocation& resuming, std::string_view what) const {
  fmt::print(stderr, "vqlab: interrupted; {} of {} {} are finished and in {}\nto continue: {}\n", rows_.size(),
             points_.size(), what, directory_.string(), resuming.text());
  return kExitInterrupted;
}

std::string PointRuns::utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace vqlab

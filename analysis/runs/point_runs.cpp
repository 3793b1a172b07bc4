#include "analysis/runs/point_runs.hpp"

#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <set>

#include "analysis/app/verb.hpp"
#include "analysis/runs/point_line.hpp"
#include "build_info.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

constexpr const char* kJournal = "points.jsonl";

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

bool PointRuns::take_up() {
  const auto contents = read_journal(directory_ / kJournal);
  if (!contents) {
    fmt::print(stderr, "vqlab: {} has no journal to resume; starting from the beginning\n", directory_.string());
    return true;
  }
  if (!(contents->identity == identity_)) {
    fmt::print(stderr,
               "vqlab: the journal in {} belongs to another {}, and points of two runs are never mixed; run without "
               "--resume, or with another --out\n",
               directory_.string(),
               contents->identity.scenario_sha256 == identity_.scenario_sha256 ? "version of the program" : "scenario");
    return false;
  }
  rows_ = contents->rows;
  journal_.emplace(directory_ / kJournal, *contents);
  return true;
}

bool PointRuns::run(const PointRunner& run_point, unsigned jobs, bool quiet) {
  std::filesystem::create_directories(directory_);
  if (!journal_) journal_.emplace(directory_ / kJournal, identity_);
  std::set<std::uint32_t> finished;
  for (const PointRow& row : rows_) finished.insert(row.point);
  std::vector<const Point*> pending;
  for (const Point& point : points_)
    if (finished.count(point.index) == 0) pending.push_back(&point);

  Progress progress(points_.size(), rows_.size(), quiet);
  const auto work = [&](std::size_t task) {
    const Point& point = *pending[task];
    return to_line(row_of(point, run_point(point.testbed, point.precision, point.seed)));
  };
  const auto on_finished = [&](const TaskOutcome& outcome) {
    const std::optional<PointRow> row = outcome.ok ? point_from_line(outcome.payload) : std::nullopt;
    if (!row) return note_failure(*pending[outcome.task], outcome, progress);
    journal_->append(*row);
    progress.finished(describe(*row) + headline(*row));
    rows_.push_back(*row);
  };
  return run_in_processes(pending.size(), jobs, work, on_finished);
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

int PointRuns::say_how_to_resume(const Invocation& resuming) const {
  fmt::print(stderr, "vqlab: interrupted; {} of {} points are finished and in {}\nto continue: {}\n", rows_.size(),
             points_.size(), directory_.string(), resuming.text());
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

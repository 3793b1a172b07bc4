#include "analysis/runs/point_runs.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <optional>
#include <set>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/memory_in_use.hpp"
#include "analysis/runs/held_signals.hpp"
#include "analysis/runs/memory.hpp"
#include "analysis/runs/point_line.hpp"
#include "analysis/runs/policy_file.hpp"
#include "build_info.hpp"
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

PointRuns::PointRuns(const PointList& points, const PointList& known, const std::filesystem::path& directory,
                     RunIdentity identity, const Opening& opening)
    : points_(points),
      most_jobs_(points_that_fit(points, usable_memory())),
      directory_(directory),
      folder_(directory, std::move(identity), opening) {
  const std::optional<JournalContents>& journal = folder_.taken_up();
  if (!journal) return;
  std::vector<Fault> faults;
  check_rows(*journal, known, folder_.journal_file(), faults);
  refuse_if_any(faults);
  std::set<std::uint32_t> wanted;
  for (std::size_t i = 0; i < points_.size(); ++i) wanted.insert(points_.index(i));
  for (std::size_t i = 0; i < journal->places.size(); ++i) {
    if (wanted.count(journal->places[i].point) == 0) continue;
    places_.push_back(journal->places[i]);
    completed_ios_ += journal->row(i).result.completed_ios;
  }
  reader_ = journal->reader;
}

bool PointRuns::run(const PointRunner& run_point, Asked asked, const Simulating& how) {
  std::set<std::uint32_t> finished;
  for (const RowPlace& place : places_) finished.insert(place.point);
  std::vector<std::size_t> pending;  // positions
  for (std::size_t i = 0; i < points_.size(); ++i)
    if (finished.count(points_.index(i)) == 0 && (!how.shard || how.shard->has(points_.variant(i))))
      pending.push_back(i);
  ended_ = pending.empty() ? Ended::kWhole : simulate(std::move(pending), run_point, asked, how);
  shard_ = how.shard;
  if (shard_) folder_.write(kShardRecord, shard_json({*shard_, ended_ == Ended::kWhole}));
  if (shard_ && ended_ == Ended::kWhole) ended_ = Ended::kShard;
  return ended_ != Ended::kWhole;
}

Ended PointRuns::simulate(std::vector<std::size_t> pending, const PointRunner& run_point, Asked asked,
                          const Simulating& how) {
  Journal journal = folder_.begin();
  reader_ = journal_reader(folder_.journal_file());

  Progress progress(places_.size() + pending.size(), places_.size(), how.quiet);
  const std::optional<std::filesystem::path> folder = how.use_cache ? cache_folder() : std::nullopt;
  std::optional<PointCache> cache;
  if (folder) cache.emplace(*folder, std::string(build_program_sha256()));
  say_detail(folder ? "the cache is " + folder->string() : "no cache is used");
  std::vector<PointKey> keys;
  for (std::size_t i = 0; cache && i < pending.size(); ++i)
    keys.push_back(point_key(points_.spec(pending[i]), points_.seed(pending[i]), asked));
  if (cache && take_from_cache(pending, keys, *cache, journal, progress)) return Ended::kInterrupted;
  const auto task_of = [&](std::size_t task) {
    return PointTask{points_.spec(pending[task]), points_.seed(pending[task])};
  };
  const auto on_finished = [&](const TaskOutcome& outcome) {
    const std::size_t position = pending[outcome.task];
    cpu_s_ += outcome.cpu_s;
    progress.under_way(outcome.under_way);
    if (!outcome.ok || !note_result(position, outcome.payload, journal, progress))
      note_failure(points_[position], outcome, progress);
    else if (cache)
      cache->keep(keys[outcome.task], outcome.payload);
  };
  Executing executing(asked);
  executing.jobs = how.jobs;
  executing.slurm = how.slurm;
  executing.directory = directory_;
  if (progress.draws())
    executing.watch = [&progress](double under_way) {
      progress.under_way(under_way);
      progress.draw();
    };
  if (!how.slurm)
    executing.jobs =
        static_cast<unsigned>(std::min<std::uint64_t>(how.jobs == 0 ? usable_cpus() : how.jobs, most_jobs_));
  say_detail(fmt::format("{} points of {} are simulated in {} processes at once; results go to {}", pending.size(),
                         points_.size(), executing.jobs, directory_.string()));
  return execute(pending.size(), task_of, run_point, executing, on_finished);
}

bool PointRuns::take_from_cache(std::vector<std::size_t>& pending, std::vector<PointKey>& keys, PointCache& cache,
                                Journal& journal, Progress& progress) {
  const HeldSignals held;
  std::size_t left = 0;
  const std::size_t asked = pending.size();
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (held.came()) return true;
    const auto text = cache.find(keys[i]);
    if (text && note_result(pending[i], *text, journal, progress)) continue;
    pending[left] = pending[i];
    keys[left++] = keys[i];
  }
  if (left < pending.size())
    progress.say(fmt::format("{} of {} points were simulated before and come from the cache", pending.size() - left,
                             points_.size()));
  say_detail(fmt::format("{} of {} points are in the cache", asked - left, asked));
  pending.resize(left);
  keys.resize(left);
  return held.came();
}

bool PointRuns::note_result(std::size_t position, std::string_view result, Journal& journal, Progress& progress) {
  const PointRow whose = row_of(points_[position], {});
  const std::string line = line_with(whose, result);
  const std::optional<PointRow> row = point_from_line(line);
  if (!row) return false;
  places_.push_back({.place = journal.append_line(line), .point = whose.point});
  completed_ios_ += row->result.completed_ios;
  progress.finished(describe(*row) + headline(*row));
  return true;
}

void PointRuns::note_failure(const Point& point, const TaskOutcome& outcome, Progress& progress) {
  ++failed_;
  const std::string what = describe(row_of(point, {}));
  progress.clear();
  const std::string why = outcome.ok ? "its result cannot be read" : outcome.error;
  fmt::print(stderr, "vqlab: point {} ({}) failed: {}\n", point.index, what, why);
  answer_fault(fault_json("failed", "", fmt::format("point {} ({})", point.index, what), why, "", ""));
  progress.finished(what + ": failed");
}

RunRecord PointRuns::record(const Study& study) const {
  RunRecord record;
  record.study = study.name;
  record.scenario = study.resolved;
  record.seeds = study.seeds;
  record.version = build_version();
  record.commit = build_commit();
  record.program_sha256 = running_program_sha256();
  record.tools = {{"compiler", std::string(build_compiler())},
                  {"build_type", std::string(build_type())},
                  {"simgrid", std::string(build_simgrid_version())}};
  record.counters = {{"completed_ios", completed_ios_}, {"failed_points", failed_}};
  record.points_total = points_.size();
  record.points_finished = places_.size();
  record.started_utc = started_utc_;
  record.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  record.points_cpu_s = cpu_s_;
  record.memory_mb = memory_in_use_mb();
  return record;
}

void PointRuns::answer_run(const Study& study) const {
  answer("study", [&] { return study.name; });
  answer("title", [&] { return study.title; });
  answer("directory", [&] { return directory_.string(); });
  answer("seeds", [&] { return study.seeds; });
  answer("simulations", [&] {
    return Json{{"total", points_.size()}, {"finished", places_.size()}, {"failed", failed_}};
  });
}

int PointRuns::say_how_to_resume(const Invocation& resuming, std::string_view what) const {
  if (ended_ == Ended::kShard) {
    fmt::print(stderr,
               "shard {} has ended; {} of {} {} are in {}\nwhen all have ended: vqlab merge SHARDS... --out FOLDER\n",
               shard_->text(), places_.size(), points_.size(), what, directory_.string());
    return failed_ == 0 ? kExitGood : kExitFailed;
  }
  const bool exported = ended_ == Ended::kExported;
  answer_resume(resuming.text());
  fmt::print(stderr, "vqlab: {}{} of {} {} are finished and in {}\n{}: {}\n", exported ? "" : "interrupted; ",
             places_.size(), points_.size(), what, directory_.string(),
             exported ? "when its tasks have ended" : "to continue", resuming.text());
  return exported ? kExitGood : kExitInterrupted;
}

std::string PointRuns::utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace vqlab

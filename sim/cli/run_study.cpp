#include "sim/cli/run_study.hpp"

#include <chrono>
#include <cmath>
#include <ctime>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <vector>

#include "build_info.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/python.hpp"
#include "sim/cli/result_table.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/experiment/worker_pool.hpp"
#include "sim/results/comparison.hpp"
#include "sim/results/journal.hpp"
#include "sim/results/point_line.hpp"
#include "sim/results/points_csv.hpp"
#include "sim/results/run_json.hpp"

namespace vqlab {
namespace {

std::string describe(const PointRow& row) {
  std::string text = row.series;
  for (const auto& [name, value] : row.axes) text += " " + name + "=" + value;
  return text + fmt::format(" seed={}", row.seed);
}

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

// One run of a study, from the first point to the last file.
class StudyRun {
 public:
  StudyRun(const Study& study, const RunOptions& options, const PointRunner& run_point)
      : study_(study), options_(options), run_point_(run_point) {}

  int run() {
    identity_ = {scenario_sha256(study_.resolved), std::string(build_commit())};
    if (options_.resume && !take_up()) return kExitBadInput;
    std::filesystem::create_directories(options_.directory);
    if (!journal_) journal_.emplace(file("points.jsonl"), identity_);
    const bool interrupted = run_points();
    write_files();
    if (interrupted) return say_how_to_resume();
    print_tables();
    print_files();
    if (options_.figures && !rows_.empty()) draw_figures();
    return failed_ == 0 ? kExitGood : kExitFailed;
  }

 private:
  std::filesystem::path file(const char* name) const { return options_.directory / name; }

  // Goes on with the journal, if there is one of this very run. False if there is one of another.
  bool take_up() {
    const auto contents = read_journal(file("points.jsonl"));
    if (!contents) {
      fmt::print(stderr, "vqlab: {} has no journal to resume; starting anew\n", options_.directory.string());
      return true;
    }
    if (!(contents->identity == identity_)) {
      fmt::print(
          stderr,
          "vqlab: the journal in {} belongs to another {}, and points of two runs are never mixed; run without "
          "--resume, or with another --out\n",
          options_.directory.string(),
          contents->identity.scenario_sha256 == identity_.scenario_sha256 ? "version of the program" : "scenario");
      return false;
    }
    rows_ = contents->rows;
    journal_.emplace(file("points.jsonl"), *contents);
    return true;
  }

  // True if it was interrupted.
  bool run_points() {
    std::set<std::uint32_t> finished;
    for (const PointRow& row : rows_) finished.insert(row.point);
    std::vector<const Point*> pending;
    for (const Point& point : study_.points)
      if (finished.count(point.index) == 0) pending.push_back(&point);

    Progress progress(study_.points.size(), rows_.size(), options_.quiet);
    const auto work = [&](std::size_t task) {
      const Point& point = *pending[task];
      return to_line(row_of(point, run_point_(point.testbed, point.precision, point.seed)));
    };
    const auto on_finished = [&](const TaskOutcome& outcome) {
      const std::optional<PointRow> row = outcome.ok ? point_from_line(outcome.payload) : std::nullopt;
      if (!row) return note_failure(*pending[outcome.task], outcome, progress);
      journal_->append(*row);
      progress.finished(describe(*row) + headline(*row));
      rows_.push_back(*row);
    };
    return run_in_processes(pending.size(), options_.jobs, work, on_finished);
  }

  void note_failure(const Point& point, const TaskOutcome& outcome, Progress& progress) {
    ++failed_;
    const std::string what = describe(row_of(point, {}));
    progress.clear();
    fmt::print(stderr, "vqlab: point {} ({}) failed: {}\n", point.index, what,
               outcome.ok ? "its result cannot be read" : outcome.error);
    progress.finished(what + ": failed");
  }

  // What a line of progress says of a point beside where it stands.
  static std::string headline(const PointRow& row) {
    for (const Quantity& quantity : row.result.quantities)
      if (quantity.name == "bandwidth_mib_per_s") return fmt::format(": {:.0f} MiB/s", quantity.value);
    return "";
  }

  void write_files() {
    write_points_csv(file("points.csv"), rows_);
    RunRecord record;
    record.study = study_.name;
    record.scenario = study_.resolved;
    record.seeds = study_.seeds;
    record.version = build_version();
    record.commit = build_commit();
    record.tools = {{"compiler", std::string(build_compiler())},
                    {"build_type", std::string(build_type())},
                    {"simgrid", std::string(build_simgrid_version())}};
    std::uint64_t ios = 0;
    for (const PointRow& row : rows_) ios += row.result.completed_ios;
    record.counters = {{"completed_ios", ios}, {"failed_points", failed_}};
    record.points_total = study_.points.size();
    record.points_finished = rows_.size();
    record.started_utc = started_utc_;
    record.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    write_run_json(file("run.json"), record);
  }

  int say_how_to_resume() const {
    fmt::print(stderr, "vqlab: interrupted; {} of {} points are finished and in {}\nto go on: {}\n", rows_.size(),
               study_.points.size(), options_.directory.string(), options_.resume_command);
    return kExitInterrupted;
  }

  void print_tables() const {
    std::size_t imprecise = 0;
    for (const PointRow& row : rows_)
      if (!row.result.precise) ++imprecise;
    if (failed_ > 0) fmt::print("{} of {} points failed.\n", failed_, study_.points.size());
    if (imprecise > 0)
      fmt::print("{} of {} points ended before they were as precise as asked; column `precise` marks them.\n",
                 imprecise, rows_.size());
    if (study_.reference)
      fmt::print("{}\nreference: {}\n\n{}", study_.title, study_.reference->source,
                 comparison_table(compare(rows_, *study_.reference)));
    else
      fmt::print("{}\n\n{}", study_.title, result_table(rows_));
  }

  void print_files() const {
    fmt::print("\n");
    for (const char* name : {"points.csv", "run.json", "points.jsonl"}) fmt::print("{}\n", file(name).string());
    std::fflush(stdout);
  }

  // The results are there already: figures that fail are no failed run.
  void draw_figures() const {
    if (const int status = run_analysis("plot.py", {options_.directory.string()}); status != 0)
      fmt::print(stderr, "vqlab: no figures (plot.py ended with {}); `vqlab plot {}` tries again\n", status,
                 options_.directory.string());
  }

  const Study& study_;
  const RunOptions& options_;
  const PointRunner& run_point_;
  RunIdentity identity_;
  std::optional<Journal> journal_;
  std::vector<PointRow> rows_;
  std::uint64_t failed_ = 0;
  std::string started_utc_ = utc_now();
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

PointRow row_of(const Point& point, PointResult result) {
  PointRow row;
  row.point = point.index;
  row.series = point.series;
  row.axes = {{"targets", std::to_string(point.testbed.targets)}, {"vcpus", std::to_string(point.testbed.guest.vcpus)}};
  for (const AxisValue& axis : point.axes)
    if (axis.path != "targets" && axis.path != "guest.vcpus") row.axes.emplace_back(axis.path, axis.text);
  row.seed = point.seed;
  row.result = std::move(result);
  return row;
}

int run_study(const Study& study, const RunOptions& options, const PointRunner& run_point) {
  return StudyRun(study, options, run_point).run();
}

}  // namespace vqlab

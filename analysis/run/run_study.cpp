#include "analysis/run/run_study.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/python.hpp"
#include "analysis/run/fio_files.hpp"
#include "analysis/run/result_table.hpp"
#include "analysis/run/study_bands.hpp"
#include "analysis/run/study_gains.hpp"
#include "analysis/runs/csv_rows.hpp"
#include "analysis/runs/held_signals.hpp"
#include "analysis/runs/long_runs.hpp"
#include "analysis/runs/parts_csv.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/point_state.hpp"
#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/reference_errors.hpp"
#include "analysis/runs/run_json.hpp"
#include "analysis/runs/stages_csv.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"
#include "models/testbed/running_jobs.hpp"

namespace vqlab {
namespace {

// Those that some point has.
std::vector<PartTable> asked_tables(const Study& study) {
  bool of_machine = false;
  bool time_series = false;
  for (std::size_t i = 0; i < study.points.size(); ++i) {
    if (i > 0 && study.points.variant(i) == study.points.variant(i - 1)) continue;
    const Results results = study.points.spec(i).precision.results;
    of_machine = of_machine || results.tables;
    time_series = time_series || results.time_series_ms > 0;
  }
  std::vector<PartTable> asked;
  if (of_machine) asked = {PartTable::kQueues, PartTable::kVcpus, PartTable::kHostThreads};
  if (time_series) asked.push_back(PartTable::kTimeSeries);
  return asked;
}

// One run of a study, from the first point to the last file.
class StudyRun {
 public:
  StudyRun(const Study& study, const RunOptions& options)
      : study_(study),
        options_(options),
        runs_(study.points, options.directory, identity(), options.opening),
        asked_(asked_tables(study)) {}

  int run(const PointRunner& run_point) {
    if (interrupted(run_point)) return code_;
    runs_.answer_run(study_);
    if (!options_.simulating.shard) print_tables();
    if (options_.plausible && run_on_plausible_machines(run_point)) return code_;
    for (const OtherMachine& other : options_.also_on)
      if (run_on_other_machine(other, run_point)) return code_;
    if (options_.simulating.shard)
      return std::max<int>(runs_.say_how_to_resume(options_.resuming),
                           failed_elsewhere_ == 0 ? kExitGood : kExitFailed);
    print_files();
    if (options_.figures && !rows_.empty())
      draw_figures(options_.directory, kept_figures(options_.simulating.use_cache));
    return runs_.failed() + failed_longer() + failed_elsewhere_ == 0 ? kExitGood : kExitFailed;
  }

 private:
  // Runs all, and writes what is there then. True if it was interrupted, and has been said to be.
  bool interrupted(const PointRunner& run_point) {
    const HeldSignals held;  // no file is left half made
    (void)runs_.run(run_point, Asked::kResult, options_.simulating);
    const bool among_points = runs_.stopped();
    // Long runs that are there already judge the points even if no more of them are made.
    if (!among_points && (options_.long_runs || has_longer())) plan_longer();
    Simulating whole = options_.simulating;
    whole.shard.reset();  // a shard's points are all that it plans long runs of
    const bool among_longer = options_.long_runs && longer_ && longer_->run(run_point, Asked::kResult, whole);
    if (longer_) write_points(*longer_, longer_->rows());
    rows_ = judged(runs_.rows(), study_.points, longer_ ? longer_->rows() : PointRows());
    write_points(runs_, rows_);
    runs_.folder().write("stages.csv", [this](const TextSink& write) { stages_csv(rows_, write); });
    runs_.folder().write("jobs.csv", [this](const TextSink& write) { jobs_csv(rows_, write); });
    if (has_phases()) runs_.folder().write("phases.csv", [this](const TextSink& write) { phases_csv(rows_, write); });
    runs_.folder().write("disks.csv", [this](const TextSink& write) { disks_csv(rows_, write); });
    for (const PartTable table : asked_) {
      const std::string name(kPartTableColumns.at(static_cast<std::size_t>(table)).name);
      runs_.folder().write(name + ".csv", [this, table](const TextSink& write) { table_csv(table, rows_, write); });
    }
    fio_files_ = write_fio_files(study_, rows_, runs_.folder());
    write_record();
    if (among_longer) {
      fmt::print(stderr,
                 "vqlab: {} of {} points are finished and in {}; without the long runs that are missing it is not "
                 "known whether theirs were long enough\n",
                 rows_.size(), study_.points.size(), options_.directory.string());
      code_ = longer_->say_how_to_resume(options_.resuming, "long runs");
    } else if (among_points || held.came()) {
      code_ = runs_.say_how_to_resume(options_.resuming);
    }
    return among_points || among_longer || held.came();
  }

  static void write_points(PointRuns& runs, const PointRows& rows) {
    runs.folder().write("points.csv", [&rows](const TextSink& write) { points_csv(rows, write); });
  }

  // Whoever may write the folder may write what belongs to it.
  void plan_longer() {
    long_runs_ = plan_long_runs(study_, runs_.rows());
    if (long_runs_.empty()) return;
    const std::filesystem::path folder = long_runs_folder(options_.directory);
    if (options_.long_runs)
      say_note("a long run of each point shows whether the others were long enough (--no-long-runs: none)");
    longer_.emplace(long_runs_, folder, identity(), Opening{.resume = has_longer(), .force = true});
    if (!options_.long_runs && longer_->finished() < long_runs_.size())
      say_note(fmt::format(
          "note: {} of {} long runs are missing: it is not known whether the runs of their points were long enough",
          long_runs_.size() - longer_->finished(), long_runs_.size()));
  }

  // Whether the run goes on in a folder that has some.
  [[nodiscard]] bool has_longer() const {
    return options_.opening.resume && std::filesystem::exists(long_runs_folder(options_.directory) / kJournalName);
  }

  [[nodiscard]] RunRecord record() const {
    RunRecord record = runs_.record(study_);
    record.points_cut_short = cut_short();
    record.long_runs_total = long_runs_.size();
    record.long_runs_finished = longer_ ? longer_->finished() : 0;
    return record;
  }

  void write_record() {
    auto json = to_json(record());
    if (plausible_) json["uncertainty"] = uncertainty_json(*options_.plausible, *plausible_);
    runs_.folder().write("run.json", json.dump(2) + '\n');
  }

  [[nodiscard]] std::size_t cut_short() const {
    return static_cast<std::size_t>(std::count_if(
        rows_.begin(), rows_.end(), [](const PointRow& row) { return row.result.end_reason == kCutShort; }));
  }

  [[nodiscard]] RunIdentity identity() const { return run_identity("run", study_.name, study_.resolved); }

  [[nodiscard]] std::uint64_t failed_longer() const { return longer_ ? longer_->failed() : 0; }

  std::filesystem::path file(const char* name) const { return options_.directory / name; }

  void print_tables() const {
    answer("points", [this] { return result_rows(rows_); });
    if (study_.reference) answer("reference", [this] { return to_json(reference_errors(rows_, *study_.reference)); });
    std::size_t imprecise = 0;
    std::size_t not_settled = 0;
    for (const PointRow& row : rows_) {
      if (!row.result.precise) ++imprecise;
      if (!row.result.not_settled.empty()) ++not_settled;
    }
    if (runs_.failed() > 0) fmt::print("{} of {} points failed.\n", runs_.failed(), study_.points.size());
    if (imprecise > 0)
      fmt::print("{} of {} points ended before they were as precise as asked; column `precise` marks them.\n",
                 imprecise, rows_.size());
    if (const std::size_t cut = cut_short(); cut > 0)
      fmt::print("{} of {} points are incomplete: precision.max_simulated_s was over before their jobs were.\n", cut,
                 rows_.size());
    if (not_settled > 0)
      fmt::print("{} of {} runs have not settled; column `not_settled` says in what.\n", not_settled, rows_.size());
    if (failed_longer() > 0)
      fmt::print("{} of {} long runs failed: their points may not have settled.\n", failed_longer(), long_runs_.size());
    if (study_.reference)
      fmt::print("{}\nreference: {}\n\n{}", study_.title, study_.reference->source,
                 reference_table(reference_errors(rows_, *study_.reference)));
    else
      fmt::print("{}\n\n{}", study_.title, result_table(rows_));
  }

  // True if it was interrupted, and has been said to be.
  bool run_on_plausible_machines(const PointRunner& run_point) {
    const MachineDraws& draws = *options_.plausible;
    say_plausible(draws, "");
    places_ = places_of(study_);
    plausible_.emplace(places_, draws, options_.directory, "run", study_, options_.opening);
    const bool stopped = plausible_->run(run_point, options_.simulating);
    const PlausibleValues values = plausible_->values(banded_quantities(study_));
    const StudyBands bands = write_bands(study_, rows_, draws, values, plausible_->runs());
    const StudyGains gains = study_gains(study_, bands, values);
    has_gains_ = !gains.rows.empty();
    if (has_gains_) plausible_->runs().folder().write("gains.csv", gains_csv(gains, bands));
    write_record();
    if (plausible_->runs().stopped()) return interrupted_on_plausible(plausible_->runs());
    answer("bands", [&] { return csv_rows(bands_csv(bands), axis_names(bands.places)); });
    if (has_gains_) answer("gains", [&] { return csv_rows(gains_csv(gains, bands), axis_names(bands.places)); });
    if (!stopped) fmt::print("\n{}", bands_table(bands, draws));
    if (!stopped && has_gains_) fmt::print("\n{}", gains_table(gains, bands, draws.machines()));
    return false;
  }

  void say_plausible(const MachineDraws& draws, const std::string& where) const {
    say_note(fmt::format("the same points{} on {} plausible machines, which differ in {} parameters", where,
                         draws.machines(), draws.params.size()));
  }

  StudyBands write_bands(const Study& study, const PointRows& rows, const MachineDraws& draws,
                         const PlausibleValues& values, PointRuns& runs) {
    StudyBands bands = study_bands(study, rows, draws, values);
    runs.folder().write("bands.csv", bands_csv(bands));
    runs.folder().write("sensitivity.csv", sensitivity_csv(bands, draws));
    failed_elsewhere_ += runs.failed();
    return bands;
  }

  bool interrupted_on_plausible(PointRuns& runs) {
    code_ = runs.say_how_to_resume(options_.resuming, "points on plausible machines");
    return true;
  }

  // True if it was interrupted, and has been said to be.
  bool run_on_other_machine(const OtherMachine& other, const PointRunner& run_point) {
    const Study& study = other.study;
    const std::filesystem::path folder = options_.directory / ("on_" + study.machine);
    PointRuns runs(study.points, folder, run_identity("run", study.name, study.resolved), options_.opening);
    const bool stopped = runs.run(run_point, Asked::kResult, options_.simulating);
    const PointRows rows = runs.rows();
    write_points(runs, rows);
    (void)write_fio_files(study, rows, runs.folder());
    runs.folder().write("run.json", run_json(runs.record(study)));
    if (runs.stopped()) {
      code_ = runs.say_how_to_resume(options_.resuming);
      return true;
    }
    failed_elsewhere_ += runs.failed();
    if (!stopped)
      fmt::print("on {}: {}\n", study.machine, error_text(reference_errors(rows, *study.reference).counted));
    return other.plausible && run_other_on_plausible(other, rows, folder, runs, run_point);
  }

  // True if it was interrupted, and has been said to be.
  bool run_other_on_plausible(const OtherMachine& other, const PointRows& rows, const std::filesystem::path& folder,
                              PointRuns& nominal, const PointRunner& run_point) {
    const Study& study = other.study;
    const MachineDraws& draws = *other.plausible;
    say_plausible(draws, " around " + study.machine);
    const PointList places = places_of(study);
    PlausibleRuns plausible(places, draws, folder, "run", study, options_.opening);
    const bool stopped = plausible.run(run_point, options_.simulating);
    const StudyBands bands =
        write_bands(study, rows, draws, plausible.values(banded_quantities(study)), plausible.runs());
    auto json = to_json(nominal.record(study));
    json["uncertainty"] = uncertainty_json(draws, plausible);
    nominal.folder().write("run.json", json.dump(2) + '\n');
    if (plausible.runs().stopped()) return interrupted_on_plausible(plausible.runs());
    if (!stopped) fmt::print("on {}: {}", study.machine, bands_summary(bands));
    return false;
  }

  [[nodiscard]] bool has_phases() const {
    return std::any_of(study_.points.begin(), study_.points.end(),
                       [](const Point& point) { return is_by_time(point.testbed); });
  }

  void print_files() const {
    fmt::print("\n");
    for (const char* name :
         {"points.csv", "stages.csv", "jobs.csv", "phases.csv", "disks.csv", "run.json", "points.jsonl"})
      if (name != std::string_view("phases.csv") || has_phases()) fmt::print("{}\n", file(name).string());
    for (const PartTable table : asked_)
      fmt::print("{}.csv\n",
                 (options_.directory / kPartTableColumns.at(static_cast<std::size_t>(table)).name).string());
    if (fio_files_ > 0) fmt::print("{}/ ({} files)\n", file(kFioFolder).string(), fio_files_);
    for (const char* name : {"points.csv", kJournalName})
      if (longer_) fmt::print("{}\n", (long_runs_folder(options_.directory) / name).string());
    for (const char* name : {"machines.csv", "bands.csv", "sensitivity.csv", "gains.csv", "points.csv", kJournalName})
      if (plausible_ && (has_gains_ || name != std::string_view("gains.csv")))
        fmt::print("{}\n", (options_.directory / kUncertaintyFolder / name).string());
    std::fflush(stdout);
  }

  const Study& study_;
  const RunOptions& options_;
  PointRuns runs_;
  std::vector<PartTable> asked_;
  PointList long_runs_;
  std::optional<PointRuns> longer_;
  PointRows rows_;  // judged
  PointList places_;
  std::optional<PlausibleRuns> plausible_;
  bool has_gains_ = false;  // over a baseline, on the plausible machines
  std::uint64_t failed_elsewhere_ = 0;
  std::size_t fio_files_ = 0;
  int code_ = kExitInterrupted;  // if it is interrupted
};

}  // namespace

int run_study(const Study& study, const RunOptions& options, const PointRunner& run_point) {
  return StudyRun(study, options).run(run_point);
}

}  // namespace vqlab

#include "analysis/explain/explain_result.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/python.hpp"
#include "analysis/explain/explanation.hpp"
#include "analysis/explain/halving.hpp"
#include "analysis/runs/csv_rows.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/runs/long_runs.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/result_folder.hpp"
#include "analysis/runs/run_identity.hpp"
#include "analysis/runs/shard.hpp"
#include "analysis/runs/simulating_verb.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/say_faults.hpp"
#include "analysis/scenario/sha256.hpp"
#include "models/testbed/resources.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMostNamed = 20;

class ExplanationRun {
 public:
  explicit ExplanationRun(const ExplainArguments& arguments)
      : arguments_(arguments),
        result_(arguments.result),
        shard_(parse_shard(arguments.shard)),
        directory_(directory_of(arguments, shard_)) {
    if (!shard_) return;
    shard_->command = command_of_whole(arguments.invocation);
    shard_->place = (result_ / kExplanationFolder).string();
  }

  int run(const PointRunner& trace, const PointRunner& run_point) {
    read_result();
    say_faults(faults_);
    if (!faults_.empty()) return kExitBadInput;

    std::optional<ResultFolder> held;  // a shard has a folder of its own
    if (!shard_) held.emplace(result_);
    const PointList points = traced_points();
    const RunIdentity identity = run_identity("explain", study_.name, study_.resolved);
    PointRuns runs = runs_in(directory_, points, study_.points, identity);
    const bool stopped = runs.run(trace, Asked::kCriticalPath, simulating(shard_));
    if (stopped && runs.stopped()) return runs.say_how_to_resume(arguments_.invocation.again());
    const PointRows rows_traced = runs.rows();
    const std::vector<PointRow> traced(rows_traced.begin(), rows_traced.end());
    const bool same = reproduced(traced);
    std::uint64_t failed = runs.failed();

    std::vector<KnownResource> known;
    for (const Resource& resource : resources()) known.push_back({std::string(resource.name()), resource.delay});
    Explanation explanation = explain(study_.title, rows_, traced, known);
    if (const auto code = halve(points, explanation, run_point, failed)) return *code;
    if (stopped)
      return std::max<int>(runs.say_how_to_resume(arguments_.invocation.again()),
                           same && failed == 0 ? kExitGood : kExitFailed);
    name_resources(points, explanation);
    runs.folder().write("resources.csv", resources_csv(explanation));
    runs.folder().write("stages.csv", explained_stages_csv(explanation));
    runs.folder().write("resource_words.csv", resource_words_csv(explanation));
    fmt::print("{}\n", explanation_table(explanation));
    answer_explanation(explanation);
    for (const char* name : {"resources.csv", "stages.csv"}) fmt::print("{}\n", (directory_ / name).string());
    std::fflush(stdout);
    if (!arguments_.no_figures) draw_figures(directory_, kept_figures(arguments_.use_cache));
    return same && failed == 0 ? kExitGood : kExitFailed;
  }

 private:
  void answer_explanation(const Explanation& explanation) const {
    std::vector<Place> places;
    for (const ExplainedPoint& point : explanation.points) places.push_back(point.place);
    const std::vector<std::string> axes = axis_names(places);
    answer("study", [&] { return study_.name; });
    answer("title", [&] { return study_.title; });
    answer("directory", [&] { return directory_.string(); });
    answer("resources", [&] { return csv_rows(resources_csv(explanation), axes); });
    answer("stages", [&] { return csv_rows(explained_stages_csv(explanation), axes); });
  }

  static std::filesystem::path directory_of(const ExplainArguments& arguments, const std::optional<Shard>& shard) {
    if (!arguments.out.empty()) return arguments.out;
    const std::filesystem::path whole = std::filesystem::path(arguments.result) / kExplanationFolder;
    return shard ? whole / shard->folder_name() : whole;
  }

  [[nodiscard]] Simulating simulating(const std::optional<Shard>& shard) const {
    return {.jobs = arguments_.jobs,
            .quiet = is_quiet(),
            .use_cache = arguments_.use_cache,
            .shard = shard,
            .slurm = arguments_.executor.chosen()};
  }

  void read_result() {
    const std::filesystem::path file = result_ / "run.json";
    const std::filesystem::path journal_file = result_ / kJournalName;
    const Json record = Json::parse(text_of(file), nullptr, false);
    const auto scenario = record.is_object() ? record.find("scenario") : record.end();
    const std::optional<JournalContents> journal = read_journal(journal_file, faults_);
    const bool damaged = !faults_.empty();
    if (!record.is_object() || scenario == record.end())
      fault("run.json", "none, or one without a scenario",
            "the result directory of a `vqlab run`; if it was killed, --resume ends it");
    if (!damaged && (!journal || journal->places.empty()))
      fault("points.jsonl", "none, or no finished point", "the result directory of a `vqlab run`");
    if (!faults_.empty()) return;
    if (scenario_sha256(*scenario) != journal->identity.scenario_sha256)
      fault("run.json", "the scenario of another run than that of points.jsonl",
            "both of one run; if it was killed, --resume ends it");
    // A resolved scenario is one itself.
    StudyOrFaults read = parse_study(scenario->dump(), file, {{}, home() / "scenarios"});
    faults_.insert(faults_.end(), read.faults.begin(), read.faults.end());
    if (!read.study) return;
    study_ = std::move(*read.study);
    check_rows(*journal, study_.points, journal_file, faults_);
    if (!faults_.empty()) return;
    const PointRows rows = judged_result(*journal, study_, result_, faults_);
    Sha256 sha256;
    points_csv(rows, [&sha256](std::string_view part) { sha256.add(part); });
    rows_sha256_ = sha256.hex();
    rows_.assign(rows.begin(), rows.end());
  }

  void fault(const std::string& path, const std::string& found, const std::string& accepted) {
    faults_.push_back({FaultKind::kMeaning, arguments_.result, path, found, accepted, ""});
  }

  [[nodiscard]] const PointRow* row_of_point(std::uint32_t point) const {
    const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const PointRow& one) { return one.point == point; });
    return row == rows_.end() ? nullptr : &*row;
  }

  // Of points that differ in nothing but the seed, the first that is finished. Says which have none.
  [[nodiscard]] PointList traced_points() const {
    PointList points;
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < study_.points.size(); i += study_.seeds.size()) {
      std::size_t finished = i;
      const std::size_t end = i + study_.seeds.size();
      while (finished < end && row_of_point(study_.points.index(finished)) == nullptr) ++finished;
      if (finished == end) {
        const Point first = study_.points[i];
        missing.push_back(place_name({first.curve, row_of(first, {}).axes}));
      } else {
        points.push_back(study_.points[finished]);
      }
    }
    say_missing(missing, points.size() + missing.size());
    return points;
  }

  // Goes on with what the folder holds of this run.
  static PointRuns runs_in(const std::filesystem::path& folder, const PointList& points, const PointList& known,
                           const RunIdentity& identity) {
    std::vector<Fault> faults;
    const std::optional<RunIdentity> before = read_identity(folder / kJournalName, faults);
    refuse_if_any(faults);
    return {points, known, folder, identity, {before == identity, true}};
  }

  // The explanation's point that is this one; null if there is none.
  static ExplainedPoint* explained(const Point& point, Explanation& explanation) {
    const auto found = std::find_if(explanation.points.begin(), explanation.points.end(),
                                    [&point, axes = row_of(point, {}).axes](const auto& one) {
                                      return one.place.curve == point.curve && one.place.axes == axes;
                                    });
    return found == explanation.points.end() ? nullptr : &*found;
  }

  // What is halved where depends on the result's numbers. All shards have the same.
  [[nodiscard]] RunIdentity identity_of_halving() const {
    Json scenario = study_.resolved;
    scenario["halved"] = rows_sha256_;
    return run_identity("explain", study_.name, scenario);
  }

  // Halves what may limit each point, of a shard its own. The exit code if it was interrupted, and has been said to be.
  std::optional<int> halve(const PointList& points, Explanation& explanation, const PointRunner& run_point,
                           std::uint64_t& failed) const {
    std::vector<HalvingPlace> places;
    std::vector<double> longest_s;
    std::vector<ExplainedPoint*> explained_points;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (shard_ && !shard_->has(points.variant(i))) continue;
      const Point point = points[i];
      ExplainedPoint* const one = explained(point, explanation);
      if (one == nullptr) continue;
      places.push_back({i, point, candidates(*one, point.testbed)});
      longest_s.push_back(row_of_point(point.index)->result.simulated_s);
      explained_points.push_back(one);
    }
    Halving halving(std::move(places), longest_s);
    for (int round = 1;; ++round) {
      const PointList asked = halving.next_round();
      if (asked.empty()) break;
      const std::filesystem::path folder = directory_ / fmt::format("halved_{}", round);
      PointRuns runs = runs_in(folder, asked, asked, identity_of_halving());
      // All of these points are the shard's.
      if (runs.run(run_point, Asked::kWithoutBound, simulating(std::nullopt)))
        return runs.say_how_to_resume(arguments_.invocation.again());
      failed += runs.failed();
      halving.take(runs.rows());
    }
    halving.tell(explained_points);
    return std::nullopt;
  }

  static void say_missing(const std::vector<std::string>& missing, std::size_t all) {
    if (missing.empty()) return;
    std::string text =
        fmt::format("vqlab: {} of {} points are not finished and are not explained:", missing.size(), all);
    for (std::size_t i = 0; i < std::min(missing.size(), kMostNamed); ++i) text += "\n  " + missing[i];
    if (missing.size() > kMostNamed) text += fmt::format("\n  and {} more", missing.size() - kMostNamed);
    say_note(text);
  }

  // As each point's testbed calls them: who serves the queues is a main loop on one host, a vhost worker on another.
  static void name_resources(const PointList& points, Explanation& explanation) {
    for (const Point& point : points) {
      ExplainedPoint* const one = explained(point, explanation);
      if (one == nullptr) continue;
      for (ExplainedResource& resource : one->resources)
        for (const Resource& known : resources())
          if (known.name() == resource.name) resource.words = known.words_for(point.testbed);
    }
  }

  // Whether the traced runs are those of the result. If not, they explain other numbers.
  [[nodiscard]] bool reproduced(const std::vector<PointRow>& traced) const {
    std::size_t others = 0;
    for (const PointRow& row : traced) {
      const PointRow& original = *row_of_point(row.point);
      if (row.result.completed_ios != original.result.completed_ios ||
          row.result.simulated_s != original.result.simulated_s)
        ++others;
    }
    if (others > 0)
      say_failure(fmt::format(
          "{} of {} points differ from those in {}: another version of the program made it. Run the study again.",
          others, traced.size(), result_.string()));
    return others == 0;
  }

  const ExplainArguments& arguments_;
  std::filesystem::path result_;
  std::optional<Shard> shard_;
  std::filesystem::path directory_;
  std::vector<Fault> faults_;
  Study study_;
  std::vector<PointRow> rows_;
  std::string rows_sha256_;
};

}  // namespace

int explain_result(const ExplainArguments& arguments, const PointRunner& trace, const PointRunner& run) {
  return ExplanationRun(arguments).run(trace, run);
}

}  // namespace vqlab

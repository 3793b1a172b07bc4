#include "analysis/explain/explain_result.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <utility>

#include "analysis/app/home.hpp"
#include "analysis/app/python.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/explain/explanation.hpp"
#include "analysis/explain/halving.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/load_study.hpp"
#include "build_info.hpp"
#include "models/testbed/resources.hpp"

namespace vqlab {
namespace {

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class ExplanationRun {
 public:
  explicit ExplanationRun(const ExplainArguments& arguments)
      : arguments_(arguments), result_(arguments.result), directory_(result_ / "explanation") {}

  int run(const PointRunner& trace, const PointRunner& run_point) {
    read_result();
    for (const Fault& fault : faults_) std::cerr << to_string(fault) << "\n";
    if (!faults_.empty()) return kExitBadInput;

    const std::vector<Point> points = traced_points();
    const RunIdentity identity{scenario_sha256(study_.resolved), std::string(build_commit())};
    PointRuns runs(points, directory_, identity);
    const std::optional<JournalContents> before = read_journal(directory_ / "points.jsonl");
    if (before && before->identity == identity && !runs.take_up()) return kExitBadInput;
    if (runs.run(trace, arguments_.jobs, arguments_.quiet)) return runs.say_how_to_resume(arguments_.invocation);
    const bool same = reproduced(points, runs.rows());
    std::uint64_t failed = runs.failed();

    std::vector<KnownResource> known;
    for (const Resource& resource : resources()) known.push_back({std::string(resource.name()), resource.delay});
    Explanation explanation = explain(study_.title, rows_, runs.rows(), known);
    if (!halve(points, explanation, run_point, failed)) return kExitInterrupted;
    name_resources(points, explanation);
    write_atomically(directory_ / "resources.csv", resources_csv(explanation));
    write_atomically(directory_ / "stages.csv", explained_stages_csv(explanation));
    write_atomically(directory_ / "resource_words.csv", resource_words_csv(explanation));
    fmt::print("{}\n", explanation_table(explanation));
    for (const char* name : {"resources.csv", "stages.csv"}) fmt::print("{}\n", (directory_ / name).string());
    std::fflush(stdout);
    if (!arguments_.no_figures) draw_figures(directory_);
    return same && failed == 0 ? kExitGood : kExitFailed;
  }

 private:
  void read_result() {
    const std::filesystem::path file = result_ / "run.json";
    const Json record = Json::parse(read_text(file), nullptr, false);
    const auto scenario = record.is_object() ? record.find("scenario") : record.end();
    const std::optional<JournalContents> journal = read_journal(result_ / "points.jsonl");
    const char* const accepted = "the result directory of a `vqlab run`";
    if (!record.is_object() || scenario == record.end())
      faults_.push_back(
          {FaultKind::kMeaning, arguments_.result, "run.json", "none, or one without a scenario", accepted, ""});
    if (!journal || journal->rows.empty())
      faults_.push_back(
          {FaultKind::kMeaning, arguments_.result, "points.jsonl", "none, or no finished point", accepted, ""});
    if (!faults_.empty()) return;
    // A resolved scenario is one itself.
    StudyOrFaults read = parse_study(scenario->dump(), file, {{}, home() / "scenarios"});
    faults_ = std::move(read.faults);
    if (read.study) study_ = std::move(*read.study);
    rows_ = journal->rows;
  }

  [[nodiscard]] const PointRow* row_of_point(std::uint32_t point) const {
    const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const PointRow& one) { return one.point == point; });
    return row == rows_.end() ? nullptr : &*row;
  }

  // Of points that differ in nothing but the seed, the first that is finished.
  [[nodiscard]] std::vector<Point> traced_points() {
    std::vector<Point> points;
    for (std::size_t i = 0; i < study_.points.size(); i += study_.seeds.size()) {
      for (std::size_t seed = 0; seed < study_.seeds.size(); ++seed) {
        const PointRow* const row = row_of_point(study_.points[i + seed].index);
        if (row == nullptr) continue;
        points.push_back(study_.points[i + seed]);
        points.back().index = static_cast<std::uint32_t>(points.size() - 1);
        originals_.push_back(row);
        break;
      }
    }
    return points;
  }

  // The explanation's point that is this one; null if there is none.
  static ExplainedPoint* explained(const Point& point, Explanation& explanation) {
    const auto found = std::find_if(explanation.points.begin(), explanation.points.end(),
                                    [&point, axes = row_of(point, {}).axes](const auto& one) {
                                      return one.place.curve == point.curve && one.place.axes == axes;
                                    });
    return found == explanation.points.end() ? nullptr : &*found;
  }

  // What is halved where depends on the result's numbers.
  [[nodiscard]] RunIdentity identity_of(const std::vector<Point>& halved) const {
    Json scenario = study_.resolved;
    for (const Point& point : halved) {
      Json one = {point.curve, point.seed, point.precision.max_simulated_s};
      for (const AxisValue& axis : point.axes) one.push_back(axis.text);
      scenario["halved"].push_back(std::move(one));
    }
    return {scenario_sha256(scenario), std::string(build_commit())};
  }

  // Halves what may limit each point. False if it was interrupted.
  bool halve(const std::vector<Point>& points, Explanation& explanation, const PointRunner& run_point,
             std::uint64_t& failed) const {
    std::vector<HalvingPlace> places;
    std::vector<double> longest_s;
    std::vector<ExplainedPoint*> explained_points;
    for (const Point& point : points) {
      ExplainedPoint* const one = explained(point, explanation);
      if (one == nullptr) continue;
      places.push_back({point, candidates(*one, point.testbed)});
      longest_s.push_back(originals_[point.index]->result.simulated_s);
      explained_points.push_back(one);
    }
    Halving halving(std::move(places), longest_s);
    for (int round = 1;; ++round) {
      const std::vector<Point> asked = halving.next_round();
      if (asked.empty()) break;
      const std::filesystem::path folder = directory_ / fmt::format("halved_{}", round);
      const RunIdentity identity = identity_of(asked);
      PointRuns runs(asked, folder, identity);
      const std::optional<JournalContents> before = read_journal(folder / "points.jsonl");
      if (before && before->identity == identity && !runs.take_up()) return false;
      if (runs.run(run_point, arguments_.jobs, arguments_.quiet)) {
        (void)runs.say_how_to_resume(arguments_.invocation);
        return false;
      }
      failed += runs.failed();
      halving.take(runs.rows());
    }
    halving.tell(explained_points);
    return true;
  }

  // As each point's testbed calls them: who serves the queues is a main loop on one host, a vhost worker on another.
  static void name_resources(const std::vector<Point>& points, Explanation& explanation) {
    for (ExplainedPoint& explained : explanation.points) {
      const auto point = std::find_if(points.begin(), points.end(), [&explained](const Point& one) {
        return one.curve == explained.place.curve && row_of(one, {}).axes == explained.place.axes;
      });
      if (point == points.end()) continue;
      for (ExplainedResource& resource : explained.resources)
        for (const Resource& known : resources())
          if (known.name() == resource.name) resource.words = known.words_for(point->testbed);
    }
  }

  // Whether the traced runs are those of the result. If not, they explain other numbers.
  [[nodiscard]] bool reproduced(const std::vector<Point>& points, const std::vector<PointRow>& traced) const {
    std::size_t others = 0;
    for (const PointRow& row : traced) {
      const PointRow& original = *originals_[row.point];
      if (row.result.completed_ios != original.result.completed_ios ||
          row.result.simulated_s != original.result.simulated_s)
        ++others;
    }
    if (others > 0)
      fmt::print(
          stderr,
          "vqlab: {} of {} points differ from those in {}: another version of the program made it. Run the study "
          "again.\n",
          others, points.size(), result_.string());
    return others == 0;
  }

  const ExplainArguments& arguments_;
  std::filesystem::path result_;
  std::filesystem::path directory_;
  std::vector<Fault> faults_;
  Study study_;
  std::vector<PointRow> rows_;
  std::vector<const PointRow*> originals_;  // by index of the traced point
};

}  // namespace

int explain_result(const ExplainArguments& arguments, const PointRunner& trace, const PointRunner& run) {
  return ExplanationRun(arguments).run(trace, run);
}

}  // namespace vqlab

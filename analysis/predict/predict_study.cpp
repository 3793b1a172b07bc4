#include "analysis/predict/predict_study.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/predict/not_modelled.hpp"
#include "analysis/predict/predict_point.hpp"
#include "analysis/predict/predicted_points.hpp"
#include "analysis/runs/csv_rows.hpp"
#include "analysis/runs/idle_options.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/runs/long_runs.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/point_state.hpp"
#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/run_json.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/say_faults.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

constexpr const char* kPredictions = "predictions.csv";

class PredictionRun {
 public:
  explicit PredictionRun(const PredictArguments& arguments) : arguments_(arguments) {}

  int run(const PointRunner& run_point) {
    load();
    if (faults_.empty() && !arguments_.against.empty()) read_result();
    say_faults(faults_);
    if (!faults_.empty()) return kExitBadInput;
    predict_points();
    if (arguments_.no_simulation || !arguments_.against.empty()) return finish();
    return simulate(run_point);
  }

 private:
  void fault(const std::string& place, const std::string& path, const std::string& found, const std::string& accepted) {
    faults_.push_back({FaultKind::kMeaning, place, path, found, accepted, ""});
  }

  void load() {
    if (arguments_.no_simulation && !arguments_.against.empty())
      fault("--no-simulation", "against", "--against " + shell_word(arguments_.against), "one of both");
    if (arguments_.no_simulation || !arguments_.against.empty()) {
      std::vector<std::string> of_simulations = options_of_execution();
      of_simulations.erase(std::remove_if(of_simulations.begin(), of_simulations.end(), is_common_option),
                           of_simulations.end());
      for (Fault& one : idle_options(arguments_.invocation, of_simulations,
                                     arguments_.no_simulation ? "--no-simulation" : "--against"))
        faults_.push_back(std::move(one));
    }
    StudyOptions reading{arguments_.overrides, home() / "scenarios"};
    if (!arguments_.seeds.empty()) reading.overrides.push_back("seeds=[" + joined_words(arguments_.seeds) + "]");
    StudyOrFaults result = load_study(arguments_.file, reading);
    faults_.insert(faults_.end(), result.faults.begin(), result.faults.end());
    if (!result.study) return;
    study_ = std::move(*result.study);
    const std::vector<Fault> unknown = not_modelled(study_, arguments_.file);
    faults_.insert(faults_.end(), unknown.begin(), unknown.end());
  }

  void read_result() {
    const std::filesystem::path journal = std::filesystem::path(arguments_.against) / "points.jsonl";
    const std::size_t known = faults_.size();
    const auto contents = read_journal(journal, faults_);
    if (faults_.size() > known) return;
    const std::string option = "--against " + shell_word(arguments_.against);
    if (!contents) {
      fault(option, "points.jsonl", "none, or no journal", "the result directory of a `vqlab run`");
      return;
    }
    if (contents->identity.scenario_sha256 != scenario_sha256(study_.resolved)) {
      fault(option, "scenario", "results of another scenario", "results of this one, --set and --seeds included");
      return;
    }
    check_rows(*contents, study_.points, journal, faults_);
    if (faults_.size() == known) rows_ = judged_result(*contents, study_, arguments_.against, faults_);
  }

  // Points that differ in nothing but the seed are one.
  void predict_points() {
    for (std::size_t i = 0; i < study_.points.size(); i += study_.seeds.size()) {
      const Point& point = study_.points[i];
      const auto start = std::chrono::steady_clock::now();
      const Prediction found = predict(point.testbed);
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
      const StationLoad& bottleneck = found.bottleneck();
      points_.push_back({.curve = point.curve,
                         .axes = row_of(point, {}).axes,
                         .bandwidth_mib_per_s = found.bandwidth_mib_per_s,
                         .iops = found.iops,
                         .latency_mean_us = found.latency_mean_us,
                         .bound_mib_per_s = found.bandwidth_mib_per_s * found.bound_iops / found.iops,
                         .bottleneck = bottleneck.name,
                         .utilization = bottleneck.utilization,
                         .settled = found.settled,
                         .took_ms = took.count(),
                         .counted = counted(study_, point)});
    }
  }

  int simulate(const PointRunner& run_point) {
    PointRuns& runs = runs_.emplace(study_.points, directory(), run_identity("predict", study_.name, study_.resolved),
                                    arguments_.opening);
    const bool stopped = runs.run(run_point, Asked::kResult, arguments_.simulating());
    rows_ = judged(runs.rows(), study_.points);
    runs.folder().write("points.csv", [this](const TextSink& write) { points_csv(rows_, write); });
    runs.folder().write("run.json", run_json(runs.record(study_)));
    if (stopped) return runs.say_how_to_resume(arguments_.invocation.resuming("--out", directory()));
    if (runs.failed() > 0) fmt::print("{} of {} simulations failed.\n", runs.failed(), study_.points.size());
    const int code = finish();
    return runs.failed() == 0 ? code : kExitFailed;
  }

  int finish() {
    add_simulated();
    fmt::print("{}\n\n{}", study_.title, prediction_table(points_));
    answer_predictions();
    if (!directory().empty()) {
      const std::string table = predictions_csv(points_);
      runs_ ? runs_->folder().write(kPredictions, table) : ResultFolder(directory()).write(kPredictions, table);
      fmt::print("\n{}\n", (directory() / kPredictions).string());
    }
    if (!arguments_.no_simulation) fmt::print("\n{}", prediction_summary(points_));
    std::fflush(stdout);
    return kExitGood;
  }

  void answer_predictions() const {
    answer("study", [&] { return study_.name; });
    answer("title", [&] { return study_.title; });
    answer("points", [&] { return csv_rows(predictions_csv(points_), names_of(points_)); });
    answer("errors", [&] { return to_json(summarize(points_, false)); });
  }

  static std::vector<std::string> names_of(const std::vector<PredictedPoint>& points) {
    std::vector<std::string> names;
    if (points.empty()) return names;
    for (const auto& [name, value] : points.front().axes) names.push_back(name);
    return names;
  }

  void add_simulated() {
    std::vector<double> sums(points_.size());
    std::vector<int> seeds(points_.size());
    for (const PointRow& row : rows_) {
      const Quantity* const bandwidth = row.result.find(name_of(Measure::kBandwidth));
      const std::size_t point = row.point / study_.seeds.size();
      if (bandwidth == nullptr || point >= points_.size()) continue;
      sums[point] += bandwidth->value;
      points_[point].state = std::max(points_[point].state, state_of(row));
      ++seeds[point];
    }
    for (std::size_t i = 0; i < points_.size(); ++i)
      if (seeds[i] > 0) points_[i].simulated = sums[i] / seeds[i];
  }

  // Empty: nothing is written.
  [[nodiscard]] std::filesystem::path directory() const {
    if (arguments_.out.empty() && arguments_.no_simulation) return {};
    if (arguments_.out.empty() && !arguments_.against.empty()) return arguments_.against;
    return arguments_.directory(std::filesystem::path("results") / (study_.name + "_predict"));
  }

  const PredictArguments& arguments_;
  std::vector<Fault> faults_;
  Study study_;
  std::vector<PredictedPoint> points_;
  std::optional<PointRuns> runs_;  // nothing: the results of an earlier run, or none
  PointRows rows_;                 // simulated
};

}  // namespace

int predict_study(const PredictArguments& arguments, const PointRunner& run_point) {
  return PredictionRun(arguments).run(run_point);
}

}  // namespace vqlab

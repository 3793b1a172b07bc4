#include "analysis/design/design_study.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/python.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/design/find_design.hpp"
#include "analysis/runs/csv_rows.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/policy_file.hpp"
#include "analysis/runs/replicated_study.hpp"
#include "analysis/runs/result_folder.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

class DesignRun {
 public:
  explicit DesignRun(const DesignArguments& arguments) : arguments_(arguments) {}

  int run(const PointRunner& run_point) {
    read_options();
    load();
    if (faults_.empty()) plan_ = plan_design(study_, question_, arguments_.file, faults_);
    if (faults_.empty()) draw_machines();
    say_faults(faults_);
    if (!faults_.empty()) return kExitBadInput;

    const std::filesystem::path directory =
        arguments_.directory(std::filesystem::path("results") / (study_.name + "_design"));
    PointRuns nominal(plan_.points, directory, identity(), arguments_.opening);
    if (nominal.run(run_point, Asked::kResult, arguments_.simulating()) && nominal.stopped())
      return nominal.say_how_to_resume(arguments_.invocation.resuming("--out", directory));
    const PointRows rows = nominal.rows();
    nominal.folder().write("points.csv", [&rows](const TextSink& write) { points_csv(rows, write); });
    say_note(fmt::format("the same on {} plausible machines, which differ in {} parameters", draws_->machines(),
                         draws_->params.size()));
    PlausibleRuns runs(plan_.points, *draws_, directory, "design", study_, arguments_.opening);
    if (runs.run(run_point, arguments_.simulating()))
      return runs.runs().say_how_to_resume(arguments_.invocation.resuming("--out", directory),
                                           "simulations of plausible machines");
    std::vector<Estimate> by_cell(plan_.points.size());
    for (const PointRow& row : rows)
      if (const Quantity* const one = row.result.find(arguments_.metric)) by_cell[row.point] = {one->value, one->ci95};
    auto report = find_design(plan_, by_cell, runs.values(design_quantities(arguments_.metric)), draws_->machines(),
                              arguments_.metric, errors(), arguments_.cells, draws_->seed);
    if (!report) {
      say_failure(arguments_.metric + " is 0 or unknown on too many machines to hold " + plan_.first + " against " +
                  plan_.second);
      return kExitFailed;
    }
    report->title = study_.title;
    report->parameters = draws_->params.size();
    report->discrepancy_is_known = !arguments_.discrepancy_percent && study_.posterior;
    write(*report, nominal, runs, directory);
    if (!arguments_.no_figures) draw_figures(directory, kept_figures(arguments_.use_cache));
    return nominal.failed() + runs.runs().failed() == 0 ? kExitGood : kExitFailed;
  }

 private:
  void fault(const std::string& option, const std::string& path, const std::string& found, const std::string& accepted,
             const std::string& nearest = "") {
    faults_.push_back({FaultKind::kMeaning, option, path, found, accepted, nearest});
  }

  void read_options() {
    question_.curves = arguments_.curves;
    question_.at = arguments_.at;
    const std::string option = "--policy " + shell_word(joined_words(arguments_.policies));
    // Files first: they bring parameters that others are told apart from.
    const std::vector<std::string> words = load_policy_files(split_policies(arguments_.policies), option, faults_);
    question_.policies = read_policy_choices(words, option, faults_);
    if (!arguments_.policies.empty() && !arguments_.curves.empty())
      fault(option, "policy", "policies and curves", "one of --policy and --curves");
    if (!arguments_.policies.empty() && faults_.empty() && question_.policies.size() != 2)
      fault(option, "policy", fmt::format("{} policies", question_.policies.size()), "two: A,B");
    const std::vector<std::string> known = quantity_names();
    if (std::find(known.begin(), known.end(), arguments_.metric) == known.end())
      fault("--metric " + shell_word(arguments_.metric), "metric", "\"" + arguments_.metric + "\"", one_of(known),
            nearest_name(arguments_.metric, known));
    for (const std::string& one : arguments_.overrides)
      if (!arguments_.policies.empty() && overrides_path(one, "guest.policy"))
        fault("--set " + shell_word(one), "guest.policy", "a policy", "policies to compare, with --policy");
  }

  void load() {
    StudyOptions reading{arguments_.overrides, home() / "scenarios"};
    for (const PolicyChoice& one : question_.policies) reading.policies.push_back(one.policy);
    if (!arguments_.seeds.empty()) reading.overrides.push_back("seeds=[" + joined_words(arguments_.seeds) + "]");
    StudyOrFaults result = load_study(arguments_.file, reading);
    faults_.insert(faults_.end(), result.faults.begin(), result.faults.end());
    if (result.study) study_ = std::move(*result.study);
  }

  void draw_machines() {
    Study compared = study_;
    compared.points = plan_.points;
    draws_ = plausible_machines(compared, arguments_.machines, plan_.points.size(), faults_);
  }

  [[nodiscard]] MeasurementErrors errors() const {
    const double discrepancy = arguments_.discrepancy_percent ? *arguments_.discrepancy_percent
                               : study_.posterior             ? study_.posterior->discrepancy_percent
                                                              : kUnknownDiscrepancy;
    return {arguments_.measurement_error_percent / 100, discrepancy / 100};
  }

  [[nodiscard]] RunIdentity identity() const {
    auto scenario = study_.resolved;
    for (const PolicyChoice& one : question_.policies) scenario["compared_policies"].push_back(one.text);
    return run_identity("design", study_.name, scenario);
  }

  void write(const DesignReport& report, PointRuns& nominal, const PlausibleRuns& runs,
             const std::filesystem::path& directory) const {
    nominal.folder().write("design.csv", design_csv(report));
    auto json = to_json(nominal.record(study_));
    json["design"] = design_json(report);
    json["uncertainty"] = uncertainty_json(*draws_, runs);
    nominal.folder().write("design.json", json.dump(2) + '\n');
    fmt::print("{}\n", design_table(report));
    nominal.answer_run(study_);
    answer("design", [&] { return design_json(report); });
    std::vector<Place> places;
    for (const DesignCell& cell : report.plan.cells) places.push_back(cell.place);
    answer("steps", [&] { return csv_rows(design_csv(report), axis_names(places)); });
    for (const char* name : {"design.csv", "design.json", "points.csv", "points.jsonl"})
      fmt::print("{}\n", (directory / name).string());
    for (const char* name : {"machines.csv", "points.csv", "points.jsonl"})
      fmt::print("{}\n", (directory / kUncertaintyFolder / name).string());
    std::fflush(stdout);
  }

  const DesignArguments& arguments_;
  std::vector<Fault> faults_;
  DesignQuestion question_;
  Study study_;
  DesignPlan plan_;
  std::optional<MachineDraws> draws_;
};

}  // namespace

int design_study(const DesignArguments& arguments, const PointRunner& run_point) {
  return DesignRun(arguments).run(run_point);
}

}  // namespace vqlab

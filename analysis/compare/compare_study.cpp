#include "analysis/compare/compare_study.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/python.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/compare/best_for.hpp"
#include "analysis/compare/detectable.hpp"
#include "analysis/compare/headroom.hpp"
#include "analysis/compare/judge_comparison.hpp"
#include "analysis/compare/judge_plausible.hpp"
#include "analysis/compare/null_tournaments.hpp"
#include "analysis/compare/pairs.hpp"
#include "analysis/runs/csv_rows.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/point_state.hpp"
#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/policy_file.hpp"
#include "analysis/runs/replicated_study.hpp"
#include "analysis/runs/replications.hpp"
#include "analysis/runs/result_folder.hpp"
#include "analysis/scenario/say_faults.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"
#include "models/testbed/guest_driver.hpp"

namespace vqlab {
namespace {

constexpr const char* kPairsTable = "pairs.csv";
constexpr const char* kHeadroomTable = "headroom.csv";

class ComparisonRun {
 public:
  explicit ComparisonRun(const CompareArguments& arguments) : arguments_(arguments) {}

  int run(const PointRunner& run_point) {
    read_options();
    load();
    if (faults_.empty()) plan_ = plan_comparison(study_, policies_, baseline_, arguments_.file, faults_);
    if (faults_.empty() && arguments_.plausible_machines > 0) draw_machines();
    if (faults_.empty() && asks_clairvoyant()) clairvoyant_ = plan_clairvoyant(study_, arguments_.file, faults_);
    if (faults_.empty() && arguments_.null_tournaments > 0) check_pool();
    say_faults(faults_);
    if (!faults_.empty()) return kExitBadInput;

    directory_ = arguments_.directory(std::filesystem::path("results") / (study_.name + "_compare"));
    PointRuns runs(plan_.points, directory_, identity(), arguments_.opening);
    const bool interrupted = runs.run(run_point, Asked::kResult, arguments_.simulating());
    const PointRows rows = judged(runs.rows(), plan_.points);
    runs.folder().write("points.csv", [&rows](const TextSink& write) { points_csv(rows, write); });
    const ComparedValues values = compared_values(rows, plan_.points.size());
    Comparison comparison = judge(plan_.comparison, values);
    add_detectable(comparison);
    pairs_ = judge_pairs(plan_.comparison, values);
    best_ = find_best(comparison, values, pairs_);
    write(comparison, runs);
    if (interrupted && (runs.stopped() || !draws_)) return runs.say_how_to_resume(resuming());
    if (clairvoyant_) {
      PointRuns with_foresight(clairvoyant_->points, directory_ / kClairvoyantFolder, identity_of_clairvoyant(),
                               opening_below(kClairvoyantFolder));
      if (with_foresight.run(run_point, Asked::kResult, arguments_.simulating()))
        return with_foresight.say_how_to_resume(resuming(), "simulations with foresight");
      failed_below_ += with_foresight.failed();
      clairvoyant_->comparison =
          judge(clairvoyant_->comparison, compared_values(with_foresight.rows(), clairvoyant_->points.size()));
    }
    headroom_ = headroom_of(plan_, comparison, clairvoyant_ ? &clairvoyant_->comparison : nullptr);
    runs.folder().write(kHeadroomTable, headroom_csv(headroom_));
    if (draws_) {
      const bool stopped = run_on_plausible_machines(run_point, comparison);
      write(comparison, runs);
      if (stopped) return plausible_->runs().say_how_to_resume(resuming(), "simulations of plausible machines");
    }
    print(comparison, runs.failed());
    answer_comparison(comparison, runs);
    if (arguments_.null_tournaments > 0) play_null_tournaments(values, runs);
    if (!arguments_.no_figures && !rows.empty()) draw_figures(directory_, kept_figures(arguments_.use_cache));
    failed_below_ += plausible_ ? plausible_->runs().failed() : 0;
    return runs.failed() + failed_below_ == 0 ? kExitGood : kExitFailed;
  }

 private:
  void fault(const std::string& option, const std::string& path, const std::string& found, const std::string& accepted,
             const std::string& nearest = "") {
    faults_.push_back({FaultKind::kMeaning, option, path, found, accepted, nearest});
  }

  void read_options() {
    const std::string option = "--policy " + shell_word(joined_words(arguments_.policies));
    const std::string named = arguments_.baseline.empty() ? kLetterPolicy : arguments_.baseline;
    const std::string baseline_option = "--baseline " + shell_word(named);
    // Files first: they bring parameters that others are told apart from.
    const std::vector<std::string> words = load_policy_files(split_policies(arguments_.policies), option, faults_);
    const std::vector<std::string> base_words = load_policy_files(split_policies({named}), baseline_option, faults_);
    policies_ = read_policies(words, option, faults_);
    const std::vector<PolicyChoice> baseline = read_policy_choices(base_words, baseline_option, faults_);
    refuse_foresight(policies_, option);
    refuse_foresight(baseline, baseline_option);
    if (baseline.size() > 1) fault(baseline_option, "policy", "several policies", "one of them");
    if (baseline.size() == 1) {
      const auto found = std::find_if(policies_.begin(), policies_.end(), [&baseline](const PolicyChoice& one) {
        return one.text == baseline.front().text;
      });
      baseline_ = static_cast<std::size_t>(found - policies_.begin());
      if (found == policies_.end()) policies_.push_back(baseline.front());
      if (policies_.size() == 1 && faults_.empty())
        fault(option, "policy", "the baseline alone", "another policy to hold against " + named);
    }
    if (const auto metric = find_metric(arguments_.metric, "--metric " + shell_word(arguments_.metric), faults_))
      metric_ = *metric;
    for (const std::string& one : arguments_.overrides)
      if (overrides_path(one, "guest.policy"))
        fault("--set " + shell_word(one), "guest.policy", "a policy", "policies to compare, with --policy");
  }

  // Policies that know everything are no part of rankings and tests.
  void refuse_foresight(const std::vector<PolicyChoice>& policies, const std::string& option) {
    for (const PolicyChoice& one : policies)
      if (is_clairvoyant(one.policy))
        fault(option, "policy", one.text + ", which knows what no driver can",
              "policies that a driver could have; --clairvoyant shows what the others reach");
  }

  [[nodiscard]] bool asks_clairvoyant() const {
    return arguments_.clairvoyant || arguments_.policies == std::vector<std::string>{"all"};
  }

  [[nodiscard]] Opening opening_below(const char* folder) const {
    return {.resume = arguments_.opening.resume && std::filesystem::exists(directory_ / folder / kJournalName),
            .force = true};
  }

  // The machines differ in all that matters under some policy.
  void draw_machines() {
    places_ = plausible_points(plan_);
    Study compared = study_;
    compared.points = places_;
    draws_ = plausible_machines(compared, arguments_.plausible_machines, places_.size(), faults_);
  }

  void check_pool() {
    const std::size_t policies = policies_.size();
    if (most_tournament_seeds(study_.seeds.size(), policies) == 0)
      fault(fmt::format("--null-tournaments {}", arguments_.null_tournaments), "seeds",
            fmt::format("{} seeds", study_.seeds.size()),
            fmt::format("at least {} with {} policies, such as --seeds $(seq -s, 1 400)",
                        kFewestTournaments * policies * kTournamentSeeds.front(), policies));
  }

  // True if it was interrupted, or is a part.
  bool run_on_plausible_machines(const PointRunner& run_point, Comparison& comparison) {
    say_note(fmt::format("the same on {} plausible machines, which differ in {} parameters", draws_->machines(),
                         draws_->params.size()));
    plausible_.emplace(places_, *draws_, directory_, "compare", study_, arguments_.opening);
    const bool stopped = plausible_->run(run_point, arguments_.simulating());
    const PlausibleValues values = plausible_->values(compared_quantities());
    judge_plausible(*draws_, values, metric_, comparison);
    add_plausible(values, comparison, best_);
    plausible_->runs().folder().write("flips.csv", flips_csv(comparison));
    return stopped;
  }

  void write(const Comparison& comparison, PointRuns& runs) const {
    runs.folder().write("comparison.csv", comparison_csv(comparison));
    runs.folder().write("best_for.csv", best_for_csv(comparison, best_));
    runs.folder().write("trade_offs.csv", trade_offs_csv(comparison, pairs_));
    if (arguments_.pairs) runs.folder().write(kPairsTable, pairs_csv(comparison, pairs_));
    auto json = comparison_json(runs.record(study_), comparison, arguments_.pairs);
    json["comparison"]["best_for"] = best_for_json(comparison, best_);
    if (plausible_) json["uncertainty"] = uncertainty_json(*draws_, *plausible_);
    runs.folder().write("comparison.json", json.dump(2) + '\n');
  }

  void answer_comparison(const Comparison& comparison, const PointRuns& runs) const {
    const std::vector<std::string> axes = axis_names(comparison.places);
    runs.answer_run(study_);
    answer("comparison", [&] { return csv_rows(comparison_csv(comparison), axes); });
    answer("best_for", [&] { return csv_rows(best_for_csv(comparison, best_), axes); });
    answer("headroom", [&] { return csv_rows(headroom_csv(headroom_), axes); });
    if (arguments_.pairs) answer("pairs", [&] { return csv_rows(pairs_csv(comparison, pairs_), axes); });
  }

  void play_null_tournaments(const ComparedValues& values, PointRuns& runs) const {
    const std::vector<FalseAlarms> alarms =
        null_tournaments(plan_.comparison, values, study_.seeds.front(), arguments_.null_tournaments);
    constexpr const char* kTable = "null_tournaments.csv";
    runs.folder().write(kTable, false_alarms_csv(plan_.comparison, alarms));
    answer("null_tournaments", [&] { return csv_rows(false_alarms_csv(plan_.comparison, alarms)); });
    fmt::print("\n{}\n{}\n", false_alarms_table(plan_.comparison, alarms), (directory_ / kTable).string());
  }

  [[nodiscard]] Invocation resuming() const { return arguments_.invocation.resuming("--out", directory_); }

  void load() {
    // Which are meant is not known while one of them is wrong.
    std::vector<std::string> names;
    for (const PolicyChoice& one : faults_.empty() ? policies_ : all_policies()) names.push_back(one.policy);
    if (auto study = load_replicated(arguments_.file, arguments_.overrides, arguments_.seeds, kReplications, faults_,
                                     nullptr, names))
      study_ = std::move(*study);
  }

  // Baseline and metric change nothing in a simulation.
  [[nodiscard]] RunIdentity identity() const {
    auto scenario = study_.resolved;
    for (const PolicyChoice& one : policies_) scenario["compared_policies"].push_back(one.text);
    return run_identity("compare", study_.name, scenario);
  }

  [[nodiscard]] RunIdentity identity_of_clairvoyant() const {
    return run_identity("compare --clairvoyant", study_.name, study_.resolved);
  }

  void print(const Comparison& comparison, std::uint64_t failed) const {
    if (failed > 0) fmt::print("{} of {} simulations failed.\n", failed, plan_.points.size());
    fmt::print("{}\n", comparison_table(comparison, metric_));
    fmt::print("{}\n", best_for_table(comparison, best_));
    if (plausible_) fmt::print("{}\n", plausible_table(comparison, metric_));
    if (arguments_.pairs) fmt::print("{}\n", pairs_table(comparison, pairs_, metric_));
    fmt::print("{}\n", headroom_table(headroom_));
    for (const char* name : {"comparison.csv", "comparison.json", "best_for.csv", "trade_offs.csv", kHeadroomTable,
                             kPairsTable, "points.csv", "points.jsonl"})
      if (name != kPairsTable || arguments_.pairs) fmt::print("{}\n", (directory_ / name).string());
    for (const char* name : {"machines.csv", "flips.csv", "points.csv", "points.jsonl"})
      if (plausible_) fmt::print("{}\n", (directory_ / kUncertaintyFolder / name).string());
    std::fflush(stdout);
  }

  const CompareArguments& arguments_;
  std::vector<Fault> faults_;
  std::vector<PolicyChoice> policies_;
  std::size_t baseline_ = 0;  // of policies_
  std::size_t metric_ = 0;    // of kComparisonMetrics
  Study study_;
  ComparisonPlan plan_;
  PointList places_;  // as plausible machines run them
  std::optional<MachineDraws> draws_;
  std::optional<PlausibleRuns> plausible_;
  std::vector<PolicyPair> pairs_;
  std::optional<ComparisonPlan> clairvoyant_;  // of policies that know everything
  Headroom headroom_;
  std::uint64_t failed_below_ = 0;  // simulations of folders below
  std::vector<BestFor> best_;
  std::filesystem::path directory_;
};

}  // namespace

int compare_study(const CompareArguments& arguments, const PointRunner& run_point) {
  return ComparisonRun(arguments).run(run_point);
}

}  // namespace vqlab

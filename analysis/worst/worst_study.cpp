#include "analysis/worst/worst_study.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/runs/policy_file.hpp"
#include "analysis/runs/run_identity.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/say_faults.hpp"
#include "analysis/scenario/value.hpp"
#include "analysis/worst/worst_report.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr double kWorstShortRun = 0.1;            // seconds of simulated time, of the search
constexpr double kWorstLongerRun = 0.3;           // of those that run again
constexpr std::uint64_t kWorstFewestIos = 100;    // of a run that says something
constexpr std::size_t kWorstJudgedAgain = 8;      // scenarios
constexpr std::size_t kWorstAgainRuns = 4;        // of each
constexpr std::size_t kWorstFreshRuns = 10;       // of the one that is reported
constexpr std::size_t kWorstMemberRuns = 5;       // of what is left of the loss without a member
constexpr std::uint64_t kWorstAgainSeeds = 1000;  // from there on, so that no seed serves two stages
constexpr std::uint64_t kWorstFreshSeeds = 2000;
constexpr double kWorstKeptShare = 0.95;  // of the loss, when a member goes that does not matter

Precision of_length(double simulated_s) { return {.min_simulated_s = simulated_s, .max_simulated_s = simulated_s}; }

double worst_log_loss(double own, double other, bool more_is_better) {
  if (!(own > 0) || !(other > 0)) return kNoValue;
  return more_is_better ? std::log(other / own) : std::log(own / other);
}

class WorstRun {
 public:
  WorstRun(const WorstArguments& arguments, const PointRunner& run_point)
      : arguments_(arguments), run_point_(run_point) {}

  int run() {
    read_options();
    if (faults_.empty()) load_base();
    say_faults(faults_);
    if (!faults_.empty()) return kExitBadInput;
    directory_ = arguments_.directory(std::filesystem::path("results") / ("worst_" + policy_->policy));
    RunFolder folder(directory_, identity(), arguments_.opening);
    folder_ = &folder;
    evaluations_.emplace(folder, run_point_, arguments_.simulating());
    return interruptible_search([this] { return search(); }, *evaluations_, arguments_, directory_);
  }

 private:
  std::vector<PolicyChoice> read_policies(const std::vector<std::string>& words, const std::string& option) {
    return read_policy_choices(load_policy_files(split_policies(words), option, faults_), option, faults_);
  }

  void read_options() {
    const std::string option = "POLICY " + shell_word(arguments_.policy);
    std::vector<PolicyChoice> read = read_policies({arguments_.policy}, option);
    if (read.size() > 1)
      faults_.push_back({FaultKind::kMeaning, option, "policy", "several policies", "one of them", ""});
    if (read.size() == 1) policy_ = std::move(read.front());
    const bool all = arguments_.against == std::vector<std::string>{"all"};
    const std::string against = "--against " + shell_word(joined_words(arguments_.against));
    rivals_ = all ? all_policies() : read_policies(arguments_.against, against);
    const auto itself = std::remove_if(rivals_.begin(), rivals_.end(), [this](const PolicyChoice& one) {
      return policy_ && one.text == policy_->text;
    });
    if (itself != rivals_.end() && !all)
      faults_.push_back({FaultKind::kMeaning, against, "policy", "the policy itself", "others to lose against", ""});
    rivals_.erase(itself, rivals_.end());
    if (const auto metric = find_metric(arguments_.metric, "--metric " + shell_word(arguments_.metric), faults_))
      report_.metric = *metric;
  }

  void load_base() {
    Json document;
    document["study"] = "worst";
    document["machine"] = arguments_.machine;
    document["guest"]["policy"] = policy_->policy;
    const StudyOptions options{{}, home() / "scenarios", false, {policy_->policy}};
    StudyOrFaults read =
        parse_study(document.dump(), std::filesystem::path("--machine " + arguments_.machine), options);
    faults_.insert(faults_.end(), read.faults.begin(), read.faults.end());
    if (!read.study) return;
    base_ = std::move(read.study);
    space_.emplace(base_->points.spec(0), *policy_, rivals_);
  }

  [[nodiscard]] RunIdentity identity() const {
    auto scenario = base_->resolved;
    scenario["policy"] = policy_->text;
    for (const PolicyChoice& one : rivals_) scenario["against"].push_back(one.text);
    scenario["metric"] = std::string(report_.by().name);
    scenario["search"] = {arguments_.seed, arguments_.evaluations};
    return run_identity("worst", policy_->policy, scenario);
  }

  // Pairs of runs; replication 0 has the seed `seeds` and this precision, the others the other one.
  AskLosses asking(const Precision& first, const Precision& further, std::uint64_t seeds) {
    return [this, first, further, seeds](const std::vector<LossQuestion>& questions, const std::string& what) {
      std::vector<Evaluation> asked;
      for (const LossQuestion& question : questions)
        for (const PolicyChoice* policy : {&space_->policy(), &space_->rival(question.genome)}) {
          const Precision& precision = question.replication == 0 ? first : further;
          Evaluation one{space_->words(question.genome),
                         {{"policy", policy->text}, {"simulated_s", fmt::format("{}", precision.max_simulated_s)}},
                         space_->spec(question.genome, *policy),
                         seeds + question.replication};
          one.spec.precision = precision;
          asked.push_back(std::move(one));
        }
      const auto results = evaluations_->answer(asked, what);
      std::vector<std::optional<double>> losses;
      for (std::size_t i = 0; i < questions.size(); ++i) losses.push_back(loss_of(results[2 * i], results[2 * i + 1]));
      return losses;
    };
  }

  [[nodiscard]] std::optional<double> loss_of(const std::optional<PointResult>& own,
                                              const std::optional<PointResult>& other) const {
    if (!own || !other || std::min(own->completed_ios, other->completed_ios) < kWorstFewestIos) return std::nullopt;
    const double loss =
        worst_log_loss(own->value(report_.by().name), other->value(report_.by().name), more_is_better());
    return std::isnan(loss) ? std::nullopt : std::optional(loss);
  }

  [[nodiscard]] bool more_is_better() const { return report_.by().more_is_better; }

  int search() {
    report_.policy = policy_->text;
    report_.against = rivals_.size() == 1 ? rivals_.front().text : "all others";
    report_.rivals = rivals_.size();
    report_.machine = arguments_.machine;
    report_.seed = arguments_.seed;
    report_.evaluations = arguments_.evaluations;
    const std::vector<TriedScenario> tried =
        search_worst(*space_, arguments_.seed, arguments_.evaluations,
                     asking(of_length(kWorstShortRun), of_length(kWorstLongerRun), arguments_.seed));
    report_.scenarios = tried.size();
    folder_->write("worst.csv", worst_csv(*space_, tried, more_is_better()));
    if (!tried.empty()) report_.searched_percent = loss_percent_of(tried.front().mean(), more_is_better());
    const std::optional<Genome> worst = judged_again(tried);
    if (worst) report_.against = space_->rival(*worst).text;
    if (worst) report_.targets = space_->spec(*worst, *policy_).testbed.targets;
    if (worst) judge_fresh(*worst);
    report_.failures = evaluations_->failures();
    folder_->write("worst.json", worst_json(report_).dump(2) + '\n');
    print();
    return report_.failures.empty() ? kExitGood : kExitFailed;
  }

  // By longer runs under other seeds: the worst of those that the search calls worst, less what does not matter.
  // Nothing if the policy loses nowhere.
  std::optional<Genome> judged_again(const std::vector<TriedScenario>& tried) {
    const AskLosses ask = asking(kScenarioPrecision, kScenarioPrecision, arguments_.seed + kWorstAgainSeeds);
    std::vector<Genome> leading;
    for (std::size_t i = 0; i < std::min(kWorstJudgedAgain, tried.size()); ++i) leading.push_back(tried[i].genome);
    if (leading.empty()) return std::nullopt;
    const std::vector<double> losses = sure_losses(leading, kWorstAgainRuns, ask, "the worst again, longer");
    std::size_t worst = 0;
    for (std::size_t i = 1; i < losses.size(); ++i)
      if (std::isnan(losses[worst]) || losses[i] > losses[worst]) worst = i;
    if (!(losses[worst] > 0)) return std::nullopt;
    return without_idle_members(*space_, leading[worst], kWorstKeptShare, [&ask](const std::vector<Genome>& genomes) {
      return sure_losses(genomes, kWorstAgainRuns, ask, "without members that may not matter");
    });
  }

  // The scenario as its file has it, under seeds that served nowhere before.
  void judge_fresh(const Genome& worst) {
    std::vector<std::uint64_t> seeds;
    for (std::size_t i = 0; i < kWorstFreshRuns; ++i) seeds.push_back(arguments_.seed + kWorstFreshSeeds + i);
    const auto differences = fresh_differences(worst, seeds, "the scenario under fresh seeds");
    for (const std::vector<double>& one : differences) report_.differences.push_back(paired_test(one));
    const double loss = report_.loss_percent().value;
    seeds.resize(kWorstMemberRuns);
    for (const WithoutMember& one : without_each_member(*space_, worst)) {
      const Member& member = space_->members()[one.member];
      MemberShare share{path_of(member.param), value_text(member.levels[worst[one.member]]),
                        value_text(member.levels.front()), kNoValue, kNoValue};
      if (one.genome) {
        const auto without = fresh_differences(*one.genome, seeds, "without " + share.path);
        share.loss_percent = mean_of_replications(without[report_.metric]).value * (more_is_better() ? -1 : 1);
        share.gone_percent = 100 * (1 - share.loss_percent / loss);
      }
      report_.members.push_back(std::move(share));
    }
    std::stable_sort(report_.members.begin(), report_.members.end(), [](const MemberShare& a, const MemberShare& b) {
      if (std::isnan(a.gone_percent) || std::isnan(b.gone_percent))
        return std::isnan(a.gone_percent) && !std::isnan(b.gone_percent);
      return a.gone_percent > b.gone_percent;
    });
    for (std::size_t i = 0; i < kWorstFreshRuns - kWorstMemberRuns; ++i)
      seeds.push_back(arguments_.seed + kWorstFreshSeeds + kWorstMemberRuns + i);
    folder_->write(scenario_name(), text_of(worst, seeds, worst_description(report_)));
  }

  [[nodiscard]] std::string scenario_name() const { return policy_->policy + "_worst.json"; }

  [[nodiscard]] std::string text_of(const Genome& genome, const std::vector<std::uint64_t>& seeds,
                                    const std::string& description) const {
    return scenario_text(*space_, genome, report_, seeds, description);
  }

  // In % of the other policy, by metric, then by seed: what `vqlab run` on the file gives.
  std::vector<std::vector<double>> fresh_differences(const Genome& genome, const std::vector<std::uint64_t>& seeds,
                                                     const std::string& what) {
    const StudyOrFaults read =
        parse_study(text_of(genome, seeds, ""), scenario_name(), {{}, home() / "scenarios", false, {}});
    say_faults(read.faults);
    ensure(read.study.has_value(), "a scenario of the space is a scenario");
    std::vector<Evaluation> asked;
    for (const Point& point : read.study->points)
      asked.push_back({space_->words(genome),
                       {{"policy", point.curve}, {"simulated_s", "as its file says"}},
                       {point.testbed, point.precision},
                       point.seed});
    const auto results = evaluations_->answer(asked, what);
    std::vector<std::vector<double>> differences(kComparisonMetrics.size());
    for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric)
      for (std::size_t i = 0; i < seeds.size(); ++i) {
        const auto& own = results[i];
        const auto& other = results[seeds.size() + i];
        const std::string_view name = kComparisonMetrics[metric].name;
        differences[metric].push_back(own && other ? difference_percent(own->value(name), other->value(name))
                                                   : kNoValue);
      }
    return differences;
  }

  void print() const {
    answer_whole([this] { return worst_json(report_); });
    if (report_.differences.empty())
      fmt::print("{} loses against {} by {} in none of {} scenarios\n", report_.policy, report_.against,
                 report_.by().name, report_.scenarios);
    else
      fmt::print("{}\n", worst_table(report_));
    for (const std::string& failure : report_.failures) {
      fmt::print("failed: {}\n", failure);
      answer_fault(fault_json("failed", "", "", failure, "", ""));
    }
    for (const std::string& name : {std::string("worst.csv"), std::string("worst.json"), scenario_name()})
      if (name != scenario_name() || !report_.differences.empty()) fmt::print("{}\n", (directory_ / name).string());
    std::fflush(stdout);
  }

  const WorstArguments& arguments_;
  const PointRunner& run_point_;
  std::vector<Fault> faults_;
  std::optional<PolicyChoice> policy_;
  std::vector<PolicyChoice> rivals_;
  std::optional<Study> base_;
  std::optional<WorkloadSpace> space_;
  std::filesystem::path directory_;
  RunFolder* folder_ = nullptr;
  std::optional<Evaluations> evaluations_;
  WorstReport report_;
};

}  // namespace

int worst_study(const WorstArguments& arguments, const PointRunner& run_point) {
  return WorstRun(arguments, run_point).run();
}

}  // namespace vqlab

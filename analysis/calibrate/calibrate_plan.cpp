#include "analysis/calibrate/calibrate_plan.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <utility>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/calibrate/fit_report.hpp"
#include "analysis/calibrate/fit_session.hpp"
#include "analysis/calibrate/fits_table.hpp"
#include "analysis/calibrate/plan_studies.hpp"
#include "analysis/runs/csv.hpp"
#include "analysis/scenario/calibration_plan.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr int kMostRounds = 3;                 // of a search for better settings, then a fit with them
constexpr double kBetter = 0.98;               // settings are changed for an objective that is smaller by this factor
constexpr std::uint32_t kRefitIterations = 3;  // of a fit that begins where another one ended
constexpr std::size_t kMostChoices = 6;        // of those that are printed

// What the unpublished settings of a study promise from the values of a fit on.
struct TriedChoice {
  SettingChoice choice;
  Outlook outlook;
};

class PlanRun {
 public:
  PlanRun(const CalibrateArguments& arguments, const PointRunner& run_point)
      : arguments_(arguments), run_point_(run_point) {}

  int run() {
    refuse_options_of_a_study();
    file_ = read_calibration_plan(arguments_.file, faults_);
    const bool readable = faults_.empty();
    if (arguments_.seed) file_.settings.seed = *arguments_.seed;
    if (readable && arguments_.posterior_only) start_from_fitted();
    studies_.emplace(file_, home() / "scenarios");
    choice_ = studies_->load(faults_);
    if (!readable || choice_.size() < file_.studies.size()) return refuse();
    plan_ = studies_->fit_plan(choice_, faults_);
    check_variants();
    const std::optional<PlannedHoldOut> hold_out = chosen_hold_out();
    const std::optional<HeldFit> held = chosen_held();
    if (hold_out) studies_->hold_out(plan_, *hold_out, faults_);
    if (held) studies_->hold(plan_, *held, faults_);
    held_ = held;
    name_files();
    if (!faults_.empty()) return refuse();
    return in_fit_session(arguments_, run_point_, plan_.name, plan_.studies, results_, [this](FitSession& session) {
      if (arguments_.posterior_only)
        write_posteriors(session);
      else if (arguments_.held_out_fits)
        fit_each_hold_out(session);
      else if (arguments_.settings_fits)
        fit_each_setting(session);
      else
        fit_all(session);
    });
  }

 private:
  int refuse() {
    for (Fault& fault : faults_) {
      if (arguments_.seed && fault.file == arguments_.file && fault.path == "$.seed")
        fault.file = fmt::format("--seed {}", *arguments_.seed);
    }
    say_faults(faults_);
    return kExitBadInput;
  }

  void fault(const std::string& file, const std::string& path, const std::string& found, const std::string& accepted,
             const std::string& nearest = "") {
    faults_.push_back({FaultKind::kMeaning, file, path, found, accepted, nearest});
  }

  void refuse_options_of_a_study() {
    const std::pair<const char*, bool> given[] = {{"--free", !arguments_.free.empty()},
                                                  {"--data", !arguments_.data.empty()},
                                                  {"--set", !arguments_.overrides.empty()}};
    for (const auto& [option, is_given] : given)
      if (is_given)
        fault(option, "option", std::string("an option for a study, and ") + arguments_.file + " is a plan",
              "a change of the plan or of its studies");
  }

  // Each held fit and each hold-out of the plan, whether it is asked for or not.
  void check_variants() {
    for (const HeldFit& one : file_.held) {
      FitPlan copy = plan_;
      studies_->hold(copy, one, faults_);
    }
    for (const PlannedHoldOut& one : file_.held_out) {
      FitPlan copy = plan_;
      studies_->hold_out(copy, one, faults_);
    }
    if (arguments_.held_out_fits && file_.held_out.empty())
      fault(arguments_.file, "$.held_out", "nothing", "what each of the fits does not see");
    const auto has_settings = [](const PlannedStudy& one) { return !one.unpublished.empty(); };
    if (arguments_.settings_fits && std::none_of(file_.studies.begin(), file_.studies.end(), has_settings))
      fault(arguments_.file, "$.studies", "no unpublished settings", "a study with settings that nobody published");
  }

  std::optional<PlannedHoldOut> chosen_hold_out() {
    if (arguments_.hold_out.empty()) return std::nullopt;
    std::vector<std::string> names;
    for (const PlannedHoldOut& one : file_.held_out) {
      if (arguments_.hold_out == std::vector{one.name}) return one;
      names.push_back(one.name);
    }
    const std::string& word = arguments_.hold_out.front();
    fault("--hold-out " + word, "name", arguments_.hold_out.size() > 1 ? "several hold-outs" : "an unknown hold-out",
          names.empty() ? "a plan with hold-outs" : "one of the plan's: " + one_of(names), nearest_name(word, names));
    return std::nullopt;
  }

  std::optional<HeldFit> chosen_held() {
    if (arguments_.hold.empty()) return std::nullopt;
    std::vector<std::string> names;
    for (const HeldFit& one : file_.held) {
      if (one.name == arguments_.hold) return one;
      names.push_back(one.name);
    }
    fault("--hold " + arguments_.hold, "name", "unknown values to hold",
          names.empty() ? "a plan with held values" : "one of the plan's: " + one_of(names),
          nearest_name(arguments_.hold, names));
    return std::nullopt;
  }

  // Fits that did not see everything, or that are many, give no machines to keep unless someone asks for it.
  [[nodiscard]] bool writes_machines() const {
    if (arguments_.held_out_fits || arguments_.settings_fits) return false;
    return arguments_.hold_out.empty() || !arguments_.out.empty();
  }

  void name_files() {
    results_ = results_folder(arguments_, plan_.name);
    if (!writes_machines()) return;
    for (const FitStudy& one : plan_.studies) {
      machines_.push_back(one.writes.empty() ? fs::path() : machine_file(one.writes));
      if (!one.writes.empty()) check_machine_file(machines_.back(), arguments_, faults_);
    }
  }

  [[nodiscard]] fs::path machine_file(const std::string& name) const {
    return (arguments_.out.empty() ? home() / "scenarios" / "machines" : fs::path(arguments_.out)) / (name + ".json");
  }

  // Each study on the machine that the fit wrote for it, or for another study that started from the same machine.
  void start_from_fitted() {
    const std::vector<PlannedStudy> before = file_.studies;
    for (PlannedStudy& one : file_.studies) {
      const auto wrote = [&one](const PlannedStudy& other) {
        return !other.writes.empty() &&
               (one.writes.empty() ? !one.machine.empty() && other.machine == one.machine : other.path == one.path);
      };
      const auto found = std::find_if(before.begin(), before.end(), wrote);
      if (found != before.end()) one.machine = fs::absolute(machine_file(found->writes)).string();
      if (found == before.end())
        fault(arguments_.file, one.path, "a study whose fitted machine is written nowhere",
              "with --posterior-only: a study that writes a machine, or starts from the machine of one that does");
    }
  }

  // The plan with other settings; what is held is held there, too.
  FitPlan plan_with(const SettingChoice& choice) {
    std::vector<Fault> none;  // all choices have been checked
    FitPlan plan = studies_->fit_plan(choice, none);
    if (held_) studies_->hold(plan, *held_, none);
    for (std::size_t i = 0; i < plan.cells.size(); ++i) plan.cells[i].held_out = plan_.cells[i].held_out;
    for (std::size_t i = 0; i < plan.targets.size(); ++i) plan.targets[i].held_out = plan_.targets[i].held_out;
    plan.hold_out = plan_.hold_out;
    return plan;
  }

  // Every combination of each study's settings, from the values of the fit on; the best first.
  std::vector<TriedChoice> try_settings(FitSession& session, const std::vector<double>& values) {
    std::vector<TriedChoice> tried;
    for (std::size_t i = 0; i < file_.studies.size(); ++i) {
      if (file_.studies[i].unpublished.empty()) continue;
      session.phase(fmt::format("other settings of {}", plan_.studies[i].study->name));
      for (const SettingChoice& choice : choices_of(file_, i, choice_))
        tried.push_back({choice, outlook(plan_with(choice), values, session.simulations())});
    }
    std::stable_sort(tried.begin(), tried.end(), [](const TriedChoice& a, const TriedChoice& b) {
      return a.outlook.after_step < b.outlook.after_step;
    });
    return tried;
  }

  FitRecord fit_from(FitSession& session, const FitPlan& plan, const std::vector<double>& start) {
    return session.fit({.plan = plan, .identify = false, .start = start, .judge = false});
  }

  // A fit; then one with the settings that promise most, and again while that is better. What is found is then judged.
  FitRecord fit_with_settings(FitSession& session) {
    FitRecord found = fit_from(session, plan_, {});
    for (int round = 1; round <= kMostRounds; ++round) {
      tried_ = try_settings(session, found.values());
      if (tried_.empty() || tried_.front().choice == choice_) break;
      const SettingChoice choice = tried_.front().choice;
      FitPlan plan = plan_with(choice);
      FitRecord other = fit_from(session, plan, found.values());
      if (other.objective() >= kBetter * found.objective()) break;
      choice_ = choice;
      plan_ = std::move(plan);
      found = std::move(other);
    }
    FitRecord record = session.fit({.plan = plan_, .start = found.values(), .iterations = 0});
    record.iterations = found.iterations;
    record.end_reason = found.end_reason;
    return record;
  }

  void fit_all(FitSession& session) {
    const FitRecord record = fit_with_settings(session);
    std::vector<NamedFit> fits{{held_ ? held_->name : "free", record}};
    for (const HeldFit& one : file_.held) {
      if (held_ || !arguments_.hold_out.empty()) break;
      session.phase("fit with " + one.name);
      FitPlan plan = plan_;
      studies_->hold(plan, one, faults_);
      fits.push_back({one.name, session.fit({.plan = plan, .identify = false, .start = record.values()})});
    }
    fmt::print("{}", fit_report(record));
    print_settings(session);
    std::string files;
    if (fits.size() > 1) {
      fmt::print("\n{}", fits_table(fits));
      files += session.write("fits.csv", fits_csv(fits)).string() + "\n";
    }
    fmt::print("\n{}\n{}", session.write_record(record).string(), files);
    std::optional<PlanPosterior> posterior;
    if (arguments_.posterior) {
      fmt::print("\n");
      posterior = session.posterior(plan_, record.values());
    }
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      if (machines_[i].empty()) continue;
      write_machine_file(machines_[i], arguments_,
                         fitted_machine_text(plan_, record, i, machines_[i].stem().string(),
                                             posterior ? std::optional(posterior->by_study[i]) : std::nullopt));
      fmt::print("{}\n", machines_[i].string());
    }
  }

  void write_posteriors(FitSession& session) const {
    const PlanPosterior posterior = session.posterior(plan_, machine_values(plan_));
    for (std::size_t i = 0; i < machines_.size(); ++i)
      if (!machines_[i].empty()) write_posterior(machines_[i], posterior.by_study[i]);
  }

  [[nodiscard]] std::vector<std::string> texts_of(const SettingChoice& choice) const {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < choice.size(); ++i)
      for (std::size_t j = 0; j < choice[i].size(); ++j)
        texts.push_back(file_.studies[i].unpublished[j].texts[choice[i][j]]);
    return texts;
  }

  void print_settings(FitSession& session) const {
    if (tried_.empty()) return;
    std::vector<std::string> heading{"objective", "after a step"};
    for (std::size_t i = 0; i < file_.studies.size(); ++i)
      for (const Unpublished& setting : file_.studies[i].unpublished)
        heading.push_back(plan_.studies[i].study->name + " " + setting.param);
    std::vector<std::vector<std::string>> lines{heading};
    heading[1] = "objective_after_step";
    std::string csv = csv_line(heading);
    for (const auto& [choice, outlook] : tried_) {
      const std::vector<std::string> texts = texts_of(choice);
      std::vector<std::string> line{csv_number(outlook.objective), csv_number(outlook.after_step)};
      line.insert(line.end(), texts.begin(), texts.end());
      csv += csv_line(line);
      if (lines.size() > kMostChoices) continue;
      lines.push_back({fmt::format("{:.1f}", outlook.objective), fmt::format("{:.1f}", outlook.after_step)});
      lines.back().insert(lines.back().end(), texts.begin(), texts.end());
    }
    fmt::print("\nsettings that nobody published, {} combinations from the last fit on; the best:\n{}{}\n",
               tried_.size(), aligned_table(lines), session.write("settings.csv", csv).string());
  }

  void fit_each_hold_out(FitSession& session) {
    std::vector<FitRecord> records;
    for (const PlannedHoldOut& one : file_.held_out) {
      FitPlan plan = plan_;
      studies_->hold_out(plan, one, faults_);
      session.phase(fmt::format("fit {} of {}: without {}", records.size() + 1, file_.held_out.size(), one.name));
      records.push_back(session.fit({.plan = plan, .identify = false}));
    }
    session.write_held_out(records);
  }

  // One fit for each value of each setting, the other settings as the best fit has them.
  void fit_each_setting(FitSession& session) {
    const FitRecord best = fit_with_settings(session);
    std::vector<NamedFit> fits{{"best", best}};
    for (std::size_t i = 0; i < file_.studies.size(); ++i)
      for (std::size_t j = 0; j < file_.studies[i].unpublished.size(); ++j)
        for (std::size_t value = 0; value < file_.studies[i].unpublished[j].values.size(); ++value) {
          const Unpublished& setting = file_.studies[i].unpublished[j];
          SettingChoice choice = choice_;
          choice[i][j] = value;
          const std::string name = plan_.studies[i].study->name + " " + setting.param + "=" + setting.texts[value];
          session.phase("fit with " + name);
          const FitPlan plan = plan_with(choice);
          fits.push_back({name, session.fit({.plan = plan,
                                             .identify = false,
                                             .start = best.values(),
                                             .iterations = kRefitIterations,
                                             .judge = false})});
        }
    fmt::print(
        "{}: the fit for each value of each setting that nobody published, at most {} iterations from the best\n",
        plan_.name, kRefitIterations);
    print_settings(session);
    fmt::print("\n{}\n{}\n", fits_lines(fits), session.write("settings_fits.csv", fits_csv(fits)).string());
  }

  const CalibrateArguments& arguments_;
  const PointRunner& run_point_;
  std::vector<Fault> faults_;
  CalibrationPlan file_;
  std::optional<PlanStudies> studies_;
  SettingChoice choice_;
  FitPlan plan_;
  std::optional<HeldFit> held_;
  std::vector<TriedChoice> tried_;  // the best first
  fs::path results_;
  std::vector<fs::path> machines_;  // by study; empty: none is written
};

}  // namespace

int calibrate_plan(const CalibrateArguments& arguments, const PointRunner& run_point) {
  return PlanRun(arguments, run_point).run();
}

}  // namespace vqlab

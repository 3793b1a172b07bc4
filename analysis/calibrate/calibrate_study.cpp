#include "analysis/calibrate/calibrate_study.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/calibrate/fit_report.hpp"
#include "analysis/calibrate/fit_session.hpp"
#include "analysis/calibrate/hold_out_words.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/overrides.hpp"
#include "analysis/scenario/published_table.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

bool is_json(const std::string& file) { return fs::path(file).extension() == ".json"; }

// Sets the study's reference to that of the file, which has it as `overlay --reference` writes it.
std::string reference_override(const std::string& file, std::vector<Fault>& faults) {
  FaultList list(file);
  std::string word;
  if (const auto text = read_input(file, "a reference, as `vqlab overlay --reference` writes it", list))
    if (const std::optional<Json> document = parse_document(*text, list)) {
      if (document->is_object() && document->contains("reference"))
        word = "reference=" + document->at("reference").dump();
      else
        list.add(FaultKind::kSchema, "$", show(*document), "an object with the member \"reference\"");
    }
  faults.insert(faults.end(), list.faults().begin(), list.faults().end());
  return word;
}

class CalibrationRun {
 public:
  CalibrationRun(const CalibrateArguments& arguments, const PointRunner& run_point)
      : arguments_(arguments), run_point_(run_point) {}

  int run() {
    refuse_options_of_a_plan();
    if (!load() || !plan() || !name_files()) return refuse();
    if (arguments_.posterior_only && (!load() || !plan())) return refuse();
    return in_fit_session(arguments_, run_point_, study_->name, plans_.front().studies, results_,
                          [this](FitSession& session) {
                            if (arguments_.posterior_only)
                              give_posterior(session);
                            else if (arguments_.held_out_fits)
                              fit_each(session);
                            else
                              fit_one(session);
                          });
  }

 private:
  // What came in as an option is called by its name.
  int refuse() {
    for (Fault& fault : faults_) {
      if (!arguments_.free.empty() && is_below(fault.path, "$.calibration.free"))
        fault.file = "--free " + shell_word(joined_words(arguments_.free));
      if (is_json(arguments_.data) && is_below(fault.path, "$.reference"))
        fault.file = "--data " + shell_word(arguments_.data);
      if (arguments_.seed && fault.path == "$.calibration.seed")
        fault.file = fmt::format("--seed {}", *arguments_.seed);
    }
    say_faults(faults_);
    return kExitBadInput;
  }

  void refuse_options_of_a_plan() {
    const std::pair<const char*, bool> given[] = {{"--hold", !arguments_.hold.empty()},
                                                  {"--settings-fits", arguments_.settings_fits}};
    for (const auto& [option, is_given] : given)
      if (is_given)
        faults_.push_back({FaultKind::kMeaning, option, "option",
                           "an option for a plan, and " + arguments_.file + " is none",
                           "a calibration plan: a file with the member \"plan\"", ""});
  }

  bool load() {
    StudyOptions reading{arguments_.overrides, home() / "scenarios"};
    plans_.clear();
    if (!arguments_.free.empty()) reading.overrides.push_back("calibration.free=" + Json(arguments_.free).dump());
    if (is_json(arguments_.data)) {
      std::string reference = reference_override(arguments_.data, faults_);
      if (reference.empty()) return false;
      reading.overrides.push_back(std::move(reference));
    }
    if (arguments_.seed) reading.overrides.push_back(fmt::format("calibration.seed={}", *arguments_.seed));
    // A posterior is that of the fitted machine, which is known by the name of the one that its fit started from.
    if (!out_.empty()) {
      auto& words = reading.overrides;
      words.erase(std::remove_if(words.begin(), words.end(), [](const auto& one) { return sets_machine({one}); }),
                  words.end());
      words.push_back("machine=" + Json(fs::absolute(out_).string()).dump());
    }
    const bool chosen = sets_machine(reading.overrides);
    StudyOrFaults result = load_study(arguments_.file, reading);
    if (result.study && result.study->calibration && !result.study->calibration->machine.empty() && !chosen) {
      reading.overrides.push_back("machine=" + Json(result.study->calibration->machine).dump());
      result = load_study(arguments_.file, reading);
    }
    faults_.insert(faults_.end(), result.faults.begin(), result.faults.end());
    if (!result.study) return false;
    study_ = std::make_shared<const Study>(std::move(*result.study));
    return true;
  }

  bool plan() {
    Reference table;
    const bool is_table = !arguments_.data.empty() && !is_json(arguments_.data);
    if (is_table) table = load_published_table(arguments_.data, *study_, faults_);
    if (!is_table && study_->reference) table = *study_->reference;
    if (!is_table && !study_->reference)
      faults_.push_back({FaultKind::kMeaning, arguments_.file, "$.reference", "no published values",
                         "values here or with --data", ""});
    if (!faults_.empty()) return false;
    const Calibration calibration = study_->calibration.value_or(Calibration{});
    const FitPlan everything = plan_of(calibration, table);
    if (arguments_.held_out_fits) {
      for (std::size_t i = 0; i < calibration.held_out.size(); ++i)
        add_plan(everything, calibration.held_out[i], element_path("$.calibration.held_out", i));
      if (calibration.held_out.empty())
        faults_.push_back({FaultKind::kMeaning, arguments_.file, "$.calibration.held_out", "nothing",
                           "what each of the fits does not see", ""});
    } else if (!arguments_.hold_out.empty()) {
      const HoldOut hold_out = read_hold_out(arguments_.hold_out, calibration, faults_);
      add_plan(everything, hold_out, "--hold-out");
    } else {
      plans_.push_back(everything);
    }
    return faults_.empty();
  }

  FitPlan plan_of(const Calibration& calibration, const Reference& table) {
    const FitSettings& settings = calibration.settings;
    FitRequest request{study_->name, {}, {}, {}, settings, arguments_.file, "$.calibration"};
    request.studies.push_back({study_, arguments_.file, table, settings.sigma_percent, settings.simulated_s, {}, ""});
    for (std::size_t i = 0; i < calibration.free.size(); ++i)
      request.free.push_back(
          {calibration.free[i], {0}, std::nullopt, arguments_.file, element_path("$.calibration.free", i)});
    return plan_fit(request, faults_);
  }

  void add_plan(const FitPlan& everything, const HoldOut& hold_out, const std::string& origin) {
    plans_.push_back(everything);
    HeldCells cells{hold_out.name, std::nullopt, hold_out.curves, {}};
    for (const std::uint32_t one : hold_out.targets) cells.positions.push_back(std::to_string(one));
    if (!everything.cells.empty()) hold_out_cells(plans_.back(), cells, origin, faults_);
  }

  // A fit that did not see everything is no machine to keep, unless someone asks for it.
  [[nodiscard]] bool writes_machine() const {
    return !arguments_.held_out_fits && (arguments_.hold_out.empty() || !arguments_.out.empty());
  }

  bool name_files() {
    results_ = results_folder(arguments_, study_->name);
    if (!writes_machine()) return true;
    const std::string machine = study_->machine.empty() ? study_->name : study_->machine;
    out_ = arguments_.out.empty() ? home() / "scenarios" / "machines" / (machine + "_fitted.json")
                                  : fs::path(arguments_.out);
    check_machine_file(out_, arguments_, faults_);
    return faults_.empty();
  }

  void fit_one(FitSession& session) {
    const FitPlan& plan = plans_.front();
    const FitRecord record = session.fit({plan});
    fmt::print("{}\n{}\n", fit_report(record), session.write_record(record).string());
    std::optional<Posterior> posterior;
    if (arguments_.posterior) posterior = session.posterior(plan, record.values()).by_study.front();
    if (out_.empty()) return;
    write_machine_file(out_, arguments_, fitted_machine_text(plan, record, 0, out_.stem().string(), posterior));
    fmt::print("{}\n", out_.string());
  }

  void give_posterior(FitSession& session) {
    const FitPlan& plan = plans_.front();
    write_posterior(out_, session.posterior(plan, machine_values(plan)).by_study.front());
  }

  void fit_each(FitSession& session) {
    std::vector<FitRecord> records;
    for (const FitPlan& plan : plans_) {
      session.phase(fmt::format("fit {} of {}: without {}", records.size() + 1, plans_.size(), plan.hold_out));
      records.push_back(session.fit({.plan = plan, .identify = false}));
    }
    session.write_held_out(records);
  }

  const CalibrateArguments& arguments_;
  const PointRunner& run_point_;
  std::vector<Fault> faults_;
  std::shared_ptr<const Study> study_;
  std::vector<FitPlan> plans_;
  fs::path results_;
  fs::path out_;  // empty: no machine file
};

}  // namespace

int calibrate_study(const CalibrateArguments& arguments, const PointRunner& run_point) {
  return CalibrationRun(arguments, run_point).run();
}

}  // namespace vqlab

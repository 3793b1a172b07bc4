#include "analysis/calibrate/calibrate_study.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <utility>

#include "analysis/app/home.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/calibrate/fit_machine.hpp"
#include "analysis/calibrate/fit_progress.hpp"
#include "analysis/calibrate/fit_report.hpp"
#include "analysis/calibrate/hold_out_words.hpp"
#include "analysis/runs/memory.hpp"
#include "analysis/runs/run_folder.hpp"
#include "analysis/runs/run_identity.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/published_table.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

// A hold-out's name as a folder's.
std::string folder_name(std::string name) {
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-') c = '_';
  return name;
}

class CalibrationRun {
 public:
  CalibrationRun(const CalibrateArguments& arguments, const PointRunner& run_point)
      : arguments_(arguments), run_point_(run_point), progress_(arguments.quiet) {}

  int run() {
    if (!load() || !plan() || !name_files()) return refuse();
    (void)points_that_fit(study_.points, usable_memory());
    folder_.emplace(results_, identity(), Opening{arguments_.resume, arguments_.force});
    const std::optional<JournalContents>& known = folder_->taken_up();
    if (known) check_answers(*known, folder_->journal_file(), faults_);
    refuse_if_any(faults_);
    Simulations simulations({table_.metric, arguments_.jobs,
                             [this](std::size_t done, std::size_t total) { progress_.simulations(done, total); }},
                            run_point_, folder_->begin(), known ? known->rows : std::vector<PointRow>{});
    try {
      arguments_.held_out_fits ? fit_each(simulations) : fit_one(simulations);
    } catch (const Interrupted&) {
      progress_.clear();
      fmt::print(stderr, "vqlab: interrupted; finished simulations are in {}\nto continue: {}\n", results_.string(),
                 arguments_.invocation.resuming("--results", results_).text());
      return kExitInterrupted;
    }
    return kExitGood;
  }

 private:
  // What came in as an option is called by its name.
  int refuse() {
    for (Fault& fault : faults_) {
      if (!arguments_.free.empty() && is_below(fault.path, "$.calibration.free"))
        fault.file = "--free " + shell_word(joined_words(arguments_.free));
      if (arguments_.seed && fault.path == "$.calibration.seed")
        fault.file = fmt::format("--seed {}", *arguments_.seed);
      std::cerr << to_string(fault) << "\n";
    }
    return kExitBadInput;
  }

  bool load() {
    StudyOptions reading{arguments_.overrides, home() / "scenarios"};
    if (!arguments_.free.empty()) reading.overrides.push_back("calibration.free=" + Json(arguments_.free).dump());
    if (arguments_.seed) reading.overrides.push_back(fmt::format("calibration.seed={}", *arguments_.seed));
    StudyOrFaults result = load_study(arguments_.file, reading);
    const bool chosen =
        std::any_of(arguments_.overrides.begin(), arguments_.overrides.end(), [](const std::string& one) {
          return one.compare(0, 8, "machine=") == 0 || one.compare(0, 8, "machine.") == 0;
        });
    if (result.study && result.study->calibration && !result.study->calibration->machine.empty() && !chosen) {
      reading.overrides.push_back("machine=" + Json(result.study->calibration->machine).dump());
      result = load_study(arguments_.file, reading);
    }
    faults_ = std::move(result.faults);
    if (!result.study) return false;
    study_ = std::move(*result.study);
    return true;
  }

  bool plan() {
    if (!arguments_.data.empty()) table_ = load_published_table(arguments_.data, study_, faults_);
    if (arguments_.data.empty() && study_.reference) table_ = *study_.reference;
    if (arguments_.data.empty() && !study_.reference)
      faults_.push_back({FaultKind::kMeaning, arguments_.file, "$.reference", "no published values",
                         "values here or with --data", ""});
    if (!faults_.empty()) return false;
    const Calibration calibration = study_.calibration.value_or(Calibration{});
    if (arguments_.held_out_fits) {
      for (std::size_t i = 0; i < calibration.held_out.size(); ++i)
        add_plan(calibration.held_out[i], element_path("$.calibration.held_out", i));
      if (calibration.held_out.empty())
        faults_.push_back({FaultKind::kMeaning, arguments_.file, "$.calibration.held_out", "nothing",
                           "what each of the fits does not see", ""});
    } else if (!arguments_.hold_out.empty()) {
      const HoldOut hold_out = read_hold_out(arguments_.hold_out, calibration, faults_);
      add_plan(hold_out, "--hold-out");
    } else {
      add_plan(std::nullopt, "");
    }
    return faults_.empty();
  }

  void add_plan(const std::optional<HoldOut>& hold_out, const std::string& origin) {
    plans_.push_back(plan_fit(study_, arguments_.file, table_, hold_out, origin, faults_));
  }

  // A fit that did not see everything is no machine to keep, unless someone asks for it.
  [[nodiscard]] bool writes_machine() const {
    return !arguments_.held_out_fits && (arguments_.hold_out.empty() || !arguments_.out.empty());
  }

  bool name_files() {
    results_ = arguments_.results.empty() ? fs::path("results") / (study_.name + "_fit") : fs::path(arguments_.results);
    if (!writes_machine()) return true;
    const std::string machine = study_.machine.empty() ? study_.name : study_.machine;
    out_ = arguments_.out.empty() ? home() / "scenarios" / "machines" / (machine + "_fitted.json")
                                  : fs::path(arguments_.out);
    const auto fault = [this](const std::string& found, const std::string& accepted) {
      faults_.push_back({FaultKind::kMeaning, "--out " + shell_word(out_.string()), "file", found, accepted, ""});
    };
    if (out_.extension() != ".json" || !is_name(out_.stem().string()))
      fault("a file of another name", "NAME.json: the machine is called by its file's name");
    if (!fs::is_directory(out_.has_parent_path() ? out_.parent_path() : fs::path(".")))
      fault("no such folder", "a file in a folder that is there");
    if (fs::exists(out_) && !arguments_.force) fault("a file that is there already", "a new file; --force replaces it");
    return faults_.empty();
  }

  [[nodiscard]] RunIdentity identity() const {
    // What a simulation gives depends on none of these.
    auto scenario = study_.resolved;
    for (const char* key : {"title", "description", "seeds", "reference", "calibration"}) scenario.erase(key);
    scenario["metric"] = table_.metric;
    return run_identity("calibrate", study_.name, scenario);
  }

  FitRecord fit_plan(const FitPlan& plan, Simulations& simulations) {
    FitRecord record = fit_machine({study_, table_, plan, command(), !arguments_.held_out_fits,
                                    [this](const FitIteration& step) { progress_.iteration(step); },
                                    [this](const std::string& what) { progress_.phase(what); }},
                                   simulations);
    progress_.clear();
    return record;
  }

  fs::path write_record(const FitRecord& record) {
    const fs::path name =
        record.hold_out.empty() ? "fit.json" : fs::path("held_out") / folder_name(record.hold_out) / "fit.json";
    folder_->write(name.string(), fit_json(record));
    return results_ / name;
  }

  void fit_one(Simulations& simulations) {
    const FitRecord record = fit_plan(plans_.front(), simulations);
    fmt::print("{}\n{}\n", fit_report(record), write_record(record).string());
    if (!out_.empty()) {
      if (fs::exists(out_) && !arguments_.force)
        throw fs::filesystem_error("a file that is there already", out_, std::make_error_code(std::errc::file_exists));
      write_atomically(out_, fitted_machine_text(study_, record, out_.stem().string()));
      fmt::print("{}\n", out_.string());
    }
    std::fflush(stdout);
  }

  void fit_each(Simulations& simulations) {
    std::vector<FitRecord> records;
    std::string files;
    for (const FitPlan& plan : plans_) {
      progress_.phase(fmt::format("fit {} of {}: without {}", records.size() + 1, plans_.size(), plan.hold_out));
      records.push_back(fit_plan(plan, simulations));
      files += write_record(records.back()).string() + '\n';
    }
    const fs::path table = fs::path("held_out") / "held_out.csv";
    folder_->write(table.string(), held_out_csv(records));
    fmt::print("{}: {} parameters, fitted without some of the {} published values\n\n{}\n{}{}\n", study_.name,
               plans_.front().free.size(), plans_.front().cells.size(), held_out_table(records), files,
               (results_ / table).string());
    std::fflush(stdout);
  }

  // What gives the same bytes again.
  [[nodiscard]] std::string command() const {
    return arguments_.invocation.without({"--out", "--force", "--results", "--jobs", "--resume", "--quiet"}).text();
  }

  const CalibrateArguments& arguments_;
  const PointRunner& run_point_;
  FitProgress progress_;
  std::vector<Fault> faults_;
  Study study_;
  Reference table_;
  std::vector<FitPlan> plans_;
  fs::path results_;
  fs::path out_;                     // empty: no machine file
  std::optional<RunFolder> folder_;  // results_
};

}  // namespace

int calibrate_study(const CalibrateArguments& arguments, const PointRunner& run_point) {
  return CalibrationRun(arguments, run_point).run();
}

}  // namespace vqlab

#include "analysis/calibrate/fit_session.hpp"

#include <cctype>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/calibrate/fit_report.hpp"
#include "analysis/runs/memory.hpp"
#include "analysis/runs/run_identity.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/machine_text.hpp"
#include "analysis/scenario/object_reader.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

// A hold-out's name as a folder's.
std::string folder_name(std::string name) {
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-') c = '_';
  return name;
}

// What a simulation gives depends on nothing else.
nlohmann::ordered_json simulated(const FitStudy& one) {
  auto scenario = one.study->resolved;
  for (const char* key : {"title", "description", "seeds", "reference", "calibration"}) scenario.erase(key);
  scenario["metric"] = one.table.metric;
  return scenario;
}

RunIdentity identity_of(const std::string& name, const std::vector<FitStudy>& studies) {
  if (studies.size() == 1) return run_identity("calibrate", name, simulated(studies.front()));
  nlohmann::ordered_json all;
  for (const FitStudy& one : studies) all[one.study->name] = simulated(one);
  return run_identity("calibrate", name, all);
}

}  // namespace

FitRecord FitSession::fit(CalibrationOrder order) {
  // What gives the same bytes again.
  order.command = arguments_.invocation.without({"--out", "--results"}).without(options_of_execution()).text();
  order.on_iteration = [this](const FitIteration& step) { progress_.iteration(step); };
  order.on_phase = [this](const std::string& what) { progress_.phase(what); };
  FitRecord record = fit_machine(order, simulations_);
  progress_.clear();
  return record;
}

PlanPosterior FitSession::posterior(const FitPlan& plan, const std::vector<double>& values) {
  PlanPosterior posterior = machine_posterior(
      {.plan = plan, .values = values, .on_phase = [this](const std::string& what) { progress_.phase(what); }},
      simulations_);
  progress_.clear();
  fmt::print("{}\n", posterior_report(plan, posterior));
  return posterior;
}

fs::path FitSession::write(const fs::path& name, const std::string& text) {
  folder_.write(name.string(), text);
  return results_ / name;
}

fs::path FitSession::write_record(const FitRecord& record) {
  const std::string json = fit_json(record);
  answers_.push_back(json);
  answer("fits", [this] {
    AnswerJson fits = AnswerJson::array();
    for (const std::string& one : answers_) fits.push_back(AnswerJson::parse(one));
    return fits;
  });
  return write(
      record.hold_out.empty() ? fs::path("fit.json") : fs::path("held_out") / folder_name(record.hold_out) / "fit.json",
      json);
}

void FitSession::write_held_out(const std::vector<FitRecord>& records) {
  std::string files;
  for (const FitRecord& record : records) files += write_record(record).string() + '\n';
  const fs::path table = write(fs::path("held_out") / "held_out.csv", held_out_csv(records));
  fmt::print("{}: {} parameters, fitted without some of the {} published values\n\n{}\n{}{}\n", records.front().name,
             records.front().fitted_params(), records.front().cells.size(), held_out_table(records), files,
             table.string());
}

int in_fit_session(const CalibrateArguments& arguments, const PointRunner& run_point, const std::string& name,
                   const std::vector<FitStudy>& studies, const fs::path& results,
                   const std::function<void(FitSession&)>& work) {
  std::vector<std::string> metrics;
  for (const FitStudy& one : studies) {
    (void)points_that_fit(one.study->points, usable_memory());
    metrics.push_back(one.table.metric);
  }
  RunFolder folder(results, identity_of(name, studies), Opening{arguments.resume, arguments.force});
  const std::optional<JournalContents>& known = folder.taken_up();
  std::vector<Fault> faults;
  if (known) check_answers(*known, folder.journal_file(), faults);
  refuse_if_any(faults);
  FitProgress progress(is_quiet());
  Executing executing(Asked::kWithoutBound);
  executing.jobs = arguments.jobs;
  executing.slurm = arguments.executor.chosen();
  executing.directory = results;
  Simulations simulations({std::move(metrics), std::move(executing), progress.on_simulations(), arguments.use_cache},
                          run_point, folder.begin(), known ? &*known : nullptr);
  FitSession session(arguments, results, folder, simulations, progress);
  try {
    work(session);
  } catch (const Interrupted&) {
    progress.clear();
    const std::string resume = arguments.invocation.resuming("--results", results).text();
    fmt::print(stderr, "vqlab: interrupted; finished simulations are in {}\nto continue: {}\n", results.string(),
               resume);
    answer_resume(resume);
    return kExitInterrupted;
  }
  std::fflush(stdout);
  return kExitGood;
}

fs::path results_folder(const CalibrateArguments& arguments, const std::string& name) {
  if (!arguments.results.empty()) return arguments.results;
  return fs::path("results") / (name + (arguments.posterior_only ? "_posterior" : "_fit"));
}

void check_machine_file(const fs::path& file, const CalibrateArguments& arguments, std::vector<Fault>& faults) {
  const auto fault = [&](const std::string& found, const std::string& accepted) {
    faults.push_back({FaultKind::kMeaning, "--out " + shell_word(file.string()), "file", found, accepted, ""});
  };
  if (file.extension() != ".json" || !is_name(file.stem().string()))
    fault("a file of another name", "NAME.json: the machine is called by its file's name");
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (!fs::is_directory(folder))
    fault("no such folder", "a file in a folder that is there");
  else if (access(folder.c_str(), W_OK) != 0)
    fault("a folder that may not be written", "--out with a file elsewhere");
  if (arguments.posterior_only && !fs::is_regular_file(file))
    fault("no such file", "a machine file that is there: --posterior-only makes no fit");
  if (!arguments.posterior_only && fs::exists(file) && !arguments.force)
    fault("a file that is there already", "a new file; --force replaces it");
}

void write_machine_file(const fs::path& file, const CalibrateArguments& arguments, const std::string& text) {
  if (fs::exists(file) && !arguments.force && !arguments.posterior_only)
    throw fs::filesystem_error("a file that is there already", file, std::make_error_code(std::errc::file_exists));
  write_atomically(file, text);
  answer_file(file);
}

void write_posterior(const fs::path& file, const Posterior& posterior) {
  FaultList faults(file.string());
  const auto text = read_input(file, "a machine file", faults);
  const auto document = text ? parse_document(*text, faults) : std::nullopt;
  if (!document)
    throw fs::filesystem_error("a machine file that changed meanwhile", file,
                               std::make_error_code(std::errc::io_error));
  write_atomically(file, machine_file_text(*document, posterior));
  answer_file(file);
  fmt::print("{}\n", file.string());
}

}  // namespace vqlab

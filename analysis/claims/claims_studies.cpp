#include "analysis/claims/claims_studies.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/python.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/claims/claims_report.hpp"
#include "analysis/claims/judge_claims.hpp"
#include "analysis/claims/judge_plausible_claims.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/point_state.hpp"
#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/replicated_study.hpp"
#include "analysis/runs/run_json.hpp"
#include "analysis/runs/stages_csv.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/say_faults.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

class ClaimsRun {
 public:
  explicit ClaimsRun(const ClaimsArguments& arguments)
      : arguments_(arguments), directory_(arguments.directory(fs::path("results") / "claims")) {}

  int run(const PointRunner& run_point) {
    load();
    if (faults_.empty() && arguments_.plausible_machines > 0) draw_machines();
    say_faults(faults_);
    if (!faults_.empty()) return kExitBadInput;
    folder_.emplace(directory_);
    if (fs::exists(directory_ / kJournalName) && !arguments_.opening.force)
      throw Refused(
          fmt::format("vqlab: {} has results of another verb; --force writes over them", directory_.string()));
    for (const Study& study : studies_)
      runs_.emplace_back(study.points, directory_ / study.name, run_identity("claims", study.name, study.resolved),
                         arguments_.opening);
    arguments_.opening.resume ? folder_->remove_derived() : folder_->remove_all();
    fs::remove(directory_ / kJournalName);  // of another verb: the user has asked for it
    for (std::size_t i = 0; i < studies_.size(); ++i) {
      const bool stopped = runs_[i].run(run_point, Asked::kResult, arguments_.simulating());
      write_study(i);
      if (runs_[i].stopped()) {
        write_claims();
        return say_how_to_resume(i);
      }
      if (!draws_.empty() && run_on_plausible_machines(i, run_point)) {
        write_claims();
        return plausible_[i].runs().say_how_to_resume(resuming(), "points on plausible machines");
      }
      if (!stopped) print_study(i);
    }
    write_claims();
    if (arguments_.simulating().shard) {
      int code = kExitGood;
      for (std::size_t i = 0; i < studies_.size(); ++i) code = std::max(code, say_how_to_resume(i));
      return code;
    }
    return finish();
  }

 private:
  [[nodiscard]] int say_how_to_resume(std::size_t i) const { return runs_[i].say_how_to_resume(resuming()); }

  [[nodiscard]] Invocation resuming() const { return arguments_.invocation.resuming("--out", directory_); }

  void draw_machines() {
    for (const Study& study : studies_) {
      places_.push_back(places_of(study));
      if (auto draws = plausible_machines(study, arguments_.plausible_machines, places_.back().size(), faults_))
        draws_.push_back(std::move(*draws));
    }
  }

  // True if it was interrupted.
  bool run_on_plausible_machines(std::size_t i, const PointRunner& run_point) {
    say_note(fmt::format("{} on {} plausible machines, which differ in {} parameters", studies_[i].name,
                         draws_[i].machines(), draws_[i].params.size()));
    plausible_.emplace_back(places_[i], draws_[i], directory_ / studies_[i].name, "claims", studies_[i],
                            arguments_.opening);
    (void)plausible_[i].run(run_point, arguments_.simulating());
    return plausible_[i].runs().stopped();
  }

  void fault(const std::string& file, const std::string& path, const std::string& found, const std::string& accepted) {
    faults_.push_back({FaultKind::kMeaning, file, path, found, accepted, ""});
  }

  void load() {
    std::set<std::string> names;
    std::map<std::string, std::vector<Fault>> idle;  // by override: of each study that does not read it
    std::size_t studies = 0;
    for (const std::string& file : files()) {
      std::vector<Fault> idle_here;
      auto study =
          load_replicated(file, arguments_.overrides, arguments_.seeds, kClaimReplications, faults_, &idle_here);
      ++studies;
      for (Fault& one : idle_here) idle[one.file].push_back(std::move(one));
      if (!study) continue;
      if (study->claims.empty()) fault(file, "$.claims", "nothing", "claims to hold the results against");
      if (!names.insert(study->name).second)
        fault(file, "$.study", "\"" + study->name + "\" a second time",
              "studies of different names: their results go to folders of these names");
      studies_.push_back(std::move(*study));
    }
    for (const auto& [override, faults] : idle)
      if (faults.size() >= studies) faults_.push_back(faults.front());
  }

  // Studies of the folder are read as they are written to see which have claims: an override may not fit the others.
  std::vector<std::string> files() {
    if (!arguments_.files.empty()) return arguments_.files;
    const fs::path folder = home() / "scenarios" / "studies";
    std::set<fs::path> all;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (entry.path().extension() == ".json") all.insert(entry.path());
    std::vector<std::string> with_claims;
    for (const fs::path& file : all) {
      const StudyOrFaults result = load_study(file, {{}, home() / "scenarios"});
      faults_.insert(faults_.end(), result.faults.begin(), result.faults.end());
      if (result.study && !result.study->claims.empty()) with_claims.push_back(file.string());
    }
    if (with_claims.empty() && faults_.empty())
      fault(folder.string(), "*.json", "no study that has claims",
            "a study with claims there, or FILE; looked in " + home_words());
    return with_claims;
  }

  [[nodiscard]] JudgedStudy judged(std::size_t i) const {
    JudgedStudy study{runs_[i].record(studies_[i]), studies_[i].title, judge_claims(studies_[i], rows(i)),
                      studies_[i].free_parameters};
    if (i >= plausible_.size()) return study;
    judge_plausible_claims(studies_[i], plausible_[i].values(claimed_quantities(studies_[i])), study.claims);
    study.uncertain_parameters = draws_[i].params.size();
    study.uncertainty = uncertainty_json(draws_[i], plausible_[i]);
    return study;
  }

  [[nodiscard]] PointRows rows(std::size_t i) const { return vqlab::judged(runs_[i].rows(), studies_[i].points); }

  void write_study(std::size_t i) {
    RunFolder& folder = runs_[i].folder();
    folder.write("points.csv", [&](const TextSink& write) { points_csv(rows(i), write); });
    folder.write("stages.csv", [&](const TextSink& write) { stages_csv(runs_[i].rows(), write); });
    folder.write("run.json", run_json(runs_[i].record(studies_[i])));
  }

  void write_claims() {
    for (std::size_t i = 0; i < studies_.size(); ++i) judged_.push_back(judged(i));
    folder_->write("claims.csv", claims_csv(judged_));
    folder_->write("claims.json", claims_json(judged_));
    answer("directory", [this] { return directory_.string(); });
    answer("claims", [this] { return answered_claims(judged_); });
  }

  void print_study(std::size_t i) const {
    if (runs_[i].failed() > 0)
      fmt::print("{} of {} simulations failed.\n", runs_[i].failed(), studies_[i].points.size());
    fmt::print("{}\n", claims_table(judged(i)));
    std::fflush(stdout);
  }

  [[nodiscard]] int finish() const {
    for (const char* name : {"claims.csv", "claims.json"}) fmt::print("{}\n", (directory_ / name).string());
    for (const Study& study : studies_) fmt::print("{}\n", (directory_ / study.name / "points.csv").string());
    std::fflush(stdout);
    if (!arguments_.no_figures) draw_figures(directory_, kept_figures(arguments_.use_cache));
    fmt::print("\n{}", claims_summary(judged_));
    std::fflush(stdout);
    bool good = true;
    for (const PointRuns& runs : runs_) good &= runs.failed() == 0;
    for (const PlausibleRuns& runs : plausible_) good &= runs.runs().failed() == 0;
    for (const JudgedStudy& study : judged_)
      for (const JudgedClaim& claim : study.claims) good &= claim.as_marked();
    return good ? kExitGood : kExitFailed;
  }

  const ClaimsArguments& arguments_;
  fs::path directory_;
  std::vector<Fault> faults_;
  std::vector<Study> studies_;
  std::optional<ResultFolder> folder_;
  std::deque<PointRuns> runs_;    // of the studies
  std::deque<PointList> places_;  // of the studies, as plausible machines run them
  std::deque<MachineDraws> draws_;
  std::deque<PlausibleRuns> plausible_;
  std::vector<JudgedStudy> judged_;
};

}  // namespace

int claims_studies(const ClaimsArguments& arguments, const PointRunner& run_point) {
  return ClaimsRun(arguments).run(run_point);
}

}  // namespace vqlab

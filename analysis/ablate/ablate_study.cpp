#include "analysis/ablate/ablate_study.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <utility>

#include "analysis/ablate/judge_ablation.hpp"
#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/python.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/runs/csv_rows.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/point_state.hpp"
#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/replicated_study.hpp"
#include "analysis/runs/replications.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

class AblationRun {
 public:
  explicit AblationRun(const AblateArguments& arguments) : arguments_(arguments) {}

  int run(const PointRunner& run_point) {
    std::vector<Fault> faults;
    const std::vector<AblationChange> changes =
        read_changes(arguments_.only, "--only " + shell_word(joined_words(arguments_.only)), faults);
    if (auto study =
            load_replicated(arguments_.file, arguments_.overrides, arguments_.seeds, kAblationReplications, faults))
      study_ = std::move(*study);
    if (faults.empty()) plan_ = plan_ablation(study_, changes, arguments_.all_points, arguments_.file, faults);
    say_faults(faults);
    if (!faults.empty()) return kExitBadInput;

    directory_ = arguments_.directory(std::filesystem::path("results") / (study_.name + "_ablate"));
    PointRuns runs(plan_.points, directory_, identity(), arguments_.opening);
    const bool interrupted = runs.run(run_point, Asked::kResult, arguments_.simulating());
    const PointRows rows = judged(runs.rows(), plan_.points);
    runs.folder().write("points.csv", [&rows](const TextSink& write) { points_csv(rows, write); });
    const Ablation ablation = judge(plan_, rows);
    runs.folder().write("ablation.csv", ablation_csv(ablation));
    runs.folder().write("ablation.json", ablation_json(runs.record(study_), ablation));
    if (interrupted) return runs.say_how_to_resume(arguments_.invocation.resuming("--out", directory_));
    print(ablation, runs.failed());
    runs.answer_run(study_);
    answer("ablation", [&] { return csv_rows(ablation_csv(ablation), axis_names(ablation.places)); });
    if (!arguments_.no_figures && !rows.empty()) draw_figures(directory_, kept_figures(arguments_.use_cache));
    return runs.failed() == 0 ? kExitGood : kExitFailed;
  }

 private:
  [[nodiscard]] RunIdentity identity() const {
    auto scenario = study_.resolved;
    for (const AblationVariant& variant : plan_.ablation.variants) scenario["ablated"].push_back(variant.name);
    scenario["ablated_points"] = plan_.ablation.places.size();
    return run_identity("ablate", study_.name, scenario);
  }

  void print(const Ablation& ablation, std::uint64_t failed) const {
    if (failed > 0) fmt::print("{} of {} simulations failed.\n", failed, plan_.points.size());
    fmt::print("{}\n", ablation_table(ablation));
    for (const char* name : {"ablation.csv", "ablation.json", "points.csv", "points.jsonl"})
      fmt::print("{}\n", (directory_ / name).string());
    std::fflush(stdout);
  }

  const AblateArguments& arguments_;
  Study study_;
  AblationPlan plan_;
  std::filesystem::path directory_;
};

}  // namespace

int ablate_study(const AblateArguments& arguments, const PointRunner& run_point) {
  return AblationRun(arguments).run(run_point);
}

}  // namespace vqlab

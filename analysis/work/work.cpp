#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/refused.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/bounded_point.hpp"
#include "analysis/runs/executor.hpp"
#include "analysis/runs/point_cache.hpp"
#include "analysis/runs/slurm_folder.hpp"
#include "build_info.hpp"
#include "models/base/cost.hpp"
#include "sim/experiment/explain_point.hpp"

namespace vqlab {
namespace {

PointRunner runner_of(Asked asked) {
  switch (asked) {
    case Asked::kResult: return bounded_point;
    case Asked::kWithoutBound: return run_point;
    case Asked::kCriticalPath: return explain_point;
  }
  throw Refused("vqlab: nothing that this program can be asked for");
}

class PartOfArray {
 public:
  PartOfArray(const std::string& folder, std::size_t number) : folder_(folder), number_(number) {
    const auto job = folder_.read_job();
    if (!job) throw Refused("vqlab: " + folder + " has no job.json that this machine can read");
    job_ = *job;
    if (job_.program_sha256 != build_program_sha256())
      throw Refused("vqlab: this is another build of the program than the one that made " + folder);
    auto tasks = folder_.read_points(number);
    if (!tasks) throw Refused("vqlab: " + folder_.part(number).string() + " has no points, or damaged ones");
    tasks_ = std::move(*tasks);
    for (const PointTask& task : tasks_) keys_.push_back(point_key(task.spec, task.seed, job_.asked));
  }

  int run() {
    const std::vector<std::size_t> pending = without_result();
    {
      PointCache cache(folder_.cache_of(number_), job_.program_sha256);
      make_cost_tables();
      const PointRunner runner = runner_of(job_.asked);
      const auto work = [&](std::size_t task) { return simulated_text(tasks_[pending[task]], runner); };
      const auto on_finished = [&](const TaskOutcome& outcome) {
        const PointKey& key = keys_[pending[outcome.task]];
        if (outcome.ok)
          cache.keep(key, outcome.payload);
        else
          failed_.emplace_back(key, outcome.error);
      };
      if (run_in_processes(pending.size(), job_.jobs, work, on_finished)) return kExitInterrupted;
    }
    // On a full disk they are not kept.
    if (without_result().size() > failed_.size()) return kExitFailed;
    folder_.write_end(number_, failed_);
    return failed_.empty() ? kExitGood : kExitFailed;
  }

 private:
  // Those that no earlier start of this part has simulated.
  [[nodiscard]] std::vector<std::size_t> without_result() const {
    PointCache cache(folder_.cache_of(number_), job_.program_sha256);
    std::vector<std::size_t> pending;
    for (std::size_t i = 0; i < tasks_.size(); ++i)
      if (!cache.find(keys_[i])) pending.push_back(i);
    return pending;
  }

  SlurmFolder folder_;
  std::size_t number_;
  SlurmJob job_;
  std::vector<PointTask> tasks_;
  std::vector<PointKey> keys_;
  std::vector<FailedPoint> failed_;
};

void add_work_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("work", "Simulate one part of the points of a cluster's array.");
  verb->footer(
      "\nThe tasks of --executor slurm start this. What is finished stays when it is killed; started again, it goes\n"
      "on.\n"
      "\nExit codes: 0 done; 1 a point failed, or results could not be kept; 2 FOLDER cannot be used; 130 "
      "interrupted.");
  const auto folder = std::make_shared<std::string>();
  const auto number = std::make_shared<std::size_t>(0);
  verb->add_option("FOLDER", *folder, "Folder of the array, RESULT/slurm/N.")->required();
  verb->add_option("TASK", *number, "Number of the part, from 0.")->required();
  verb->callback([folder, number, &code] { code = PartOfArray(*folder, *number).run(); });
}

const VerbRegistration work_verb{"work", {VerbGroup::kRun, add_work_verb, false}};

}  // namespace
}  // namespace vqlab

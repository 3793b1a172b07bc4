#include "analysis/runs/executor.hpp"

#include <CLI/CLI.hpp>
#include <new>
#include <numeric>
#include <stdexcept>

#include "analysis/app/invocation.hpp"
#include "analysis/app/number_range.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/runs/huge_pages.hpp"
#include "analysis/runs/idle_options.hpp"
#include "analysis/runs/memory.hpp"
#include "analysis/runs/point_line.hpp"
#include "analysis/runs/policy_file.hpp"
#include "analysis/runs/run_folder.hpp"
#include "analysis/runs/slurm_array.hpp"
#include "analysis/runs/slurm_folder.hpp"
#include "build_info.hpp"
#include "models/base/cost.hpp"
#include "sim/experiment/state_size.hpp"

namespace vqlab {

Ended execute(std::size_t tasks, const std::function<PointTask(std::size_t)>& task_of, const PointRunner& run_point,
              const Executing& how, const std::function<void(const TaskOutcome&)>& finished) {
  if (how.slurm && running_program_sha256() != build_program_sha256())
    throw Refused(
        "--executor slurm: the cluster's tasks know no policy that is a file of its own; put it into "
        "models/steering/policies, and build");
  std::vector<std::size_t> left(tasks);
  std::iota(left.begin(), left.end(), std::size_t{0});
  if (how.slurm || !SlurmFolder::all_in(how.directory).empty()) {
    SlurmArray array(tasks, task_of, how, finished);
    array.take_what_was_left();
    if (how.slurm) return array.run();
    left = array.left();
  }
  make_cost_tables();
  const auto work = [&](std::size_t task) { return simulated_text(task_of(left[task]), run_point); };
  const auto on_finished = [&](TaskOutcome outcome) {
    outcome.task = left[outcome.task];
    finished(outcome);
  };
  return run_in_processes(left.size(), how.jobs, work, on_finished, how.watch) ? Ended::kInterrupted : Ended::kWhole;
}

std::string simulated_text(const PointTask& task, const PointRunner& run_point) {
  ask_for_huge_pages(state_bytes(task.spec.testbed));
  report_share_done(report_share);
  try {
    return result_text(run_point(task.spec.testbed, task.spec.precision, task.seed));
  } catch (const std::bad_alloc&) {
    throw std::runtime_error("out of memory: it needs " + state_text(task.spec.testbed));
  }
}

std::optional<SlurmOptions> ExecutorArguments::chosen() const {
  return executor == "slurm" ? std::optional<SlurmOptions>(slurm) : std::nullopt;
}

void add_executor_options(CLI::App& verb, ExecutorArguments& arguments) {
  verb.add_option("--executor", arguments.executor, "Who simulates: local, this machine; slurm, a cluster.")
      ->check(CLI::IsMember({"local", "slurm"}));
  verb.add_option("--array-limit", arguments.slurm.array_limit, "Slurm: tasks that run at once, at most.")
      ->check(NumberRange(1u, 1000000u));
  verb.add_option("--time", arguments.slurm.time, "Slurm: time of one task, as sbatch takes it.");
  verb.add_option("--partition", arguments.slurm.partition, "Slurm: partition to use.");
  verb.add_flag("--export-script", arguments.slurm.export_script,
                "Slurm: write the script of the tasks, and submit nothing.");
  verb.parse_complete_callback([&verb, &arguments] {
    if (!arguments.chosen())
      refuse_if_any(idle_options(Invocation(verb), {"--array-limit", "--time", "--partition", "--export-script"},
                                 "--executor local"));
  });
}

const std::vector<std::string>& options_of_execution() {
  static const std::vector<std::string> all{"--jobs",   "--quiet",     "--verbose",      "--json",     "--no-cache",
                                            "--resume", "--force",     "--shard",        "--executor", "--array-limit",
                                            "--time",   "--partition", "--export-script"};
  return all;
}

bool is_common_option(const std::string& option) {
  return option == "--json" || option == "--quiet" || option == "--verbose";
}

}  // namespace vqlab

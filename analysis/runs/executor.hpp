// Who simulates points: processes on this machine, or a cluster. Here alone it is decided.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/runs/executing.hpp"
#include "analysis/runs/point_bytes.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "sim/experiment/run_point.hpp"

namespace CLI {
class App;
}

namespace vqlab {

// Simulates `tasks` points. finished() is called with result_text() of each, or why there is none, in any order; first
// with those that a cluster's tasks have left in the directory for a run that was killed. Throws Refused where the
// cluster cannot be used, and std::system_error.
[[nodiscard]] Ended execute(std::size_t tasks, const std::function<PointTask(std::size_t)>& task_of,
                            const PointRunner& run_point, const Executing& how,
                            const std::function<void(const TaskOutcome&)>& finished);

// result_text() of the point; throws std::runtime_error, which says what the point needs, where memory is out.
[[nodiscard]] std::string simulated_text(const PointTask& task, const PointRunner& run_point);

// --executor and what belongs to it.
struct ExecutorArguments {
  std::string executor = "local";
  SlurmOptions slurm;

  [[nodiscard]] std::optional<SlurmOptions> chosen() const;
};

// `arguments` outlives `verb`.
void add_executor_options(CLI::App& verb, ExecutorArguments& arguments);

// Options that say where and how simulations run, and change no result.
[[nodiscard]] const std::vector<std::string>& options_of_execution();
// Whether it is an option of every verb.
[[nodiscard]] bool is_common_option(const std::string& option);

}  // namespace vqlab

// Slurm's own commands: sbatch, squeue, scancel and scontrol. None of them needs Slurm's database.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/runs/executing.hpp"

namespace vqlab {

// The script of an array with tasks 0 to `tasks` - 1, each of which is `command TASK` and uses `cpus`. `logs`: where a
// task prints, with %a for its number.
[[nodiscard]] std::string slurm_script(const std::string& name, std::size_t tasks, const std::string& logs,
                                       const std::string& command, unsigned cpus, const SlurmOptions& options);

// Tasks that have not ended.
struct SlurmTasks {
  std::set<std::size_t> waiting;
  std::set<std::size_t> running;
  std::string why;  // some wait, in Slurm's words, "Resources"; empty if it does not say
};

// The arrays that were submitted for one run: the first, and others with those of its tasks that were lost.
class SlurmJobs {
 public:
  SlurmJobs() = default;
  explicit SlurmJobs(std::vector<std::string> ids) : ids_(std::move(ids)) {}

  // Throws Refused, with what to do, if Slurm is not here or does not take the script.
  void submit(const std::filesystem::path& script, const std::set<std::size_t>& tasks, unsigned at_once);
  // Nothing if Slurm cannot be asked now.
  [[nodiscard]] std::optional<SlurmTasks> tasks() const;
  void cancel() const;
  [[nodiscard]] const std::vector<std::string>& ids() const noexcept { return ids_; }

 private:
  std::vector<std::string> ids_;
};

// That an array may have here.
[[nodiscard]] std::size_t most_array_tasks();

}  // namespace vqlab

// Points simulated by Slurm: an array of tasks, each for a part of the points.
//
// The array lies in a folder `slurm/N` below the results: `job.json`, the script, and for each task a folder with its
// points (`points`), what it has found so far (`cache`, see PointCache), what it printed (`log`), and in the end `end`.
// A task is `vqlab work FOLDER TASK`. It writes into its own folder alone; this process reads what is new there, so the
// nodes need nothing in common but that folder, and nothing is lost with a node, a task or this process.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/runs/executing.hpp"
#include "analysis/runs/point_bytes.hpp"
#include "analysis/runs/slurm_commands.hpp"
#include "analysis/runs/slurm_folder.hpp"
#include "analysis/runs/worker_pool.hpp"

namespace vqlab {

class SlurmArray {
 public:
  // For `tasks` tasks. `task_of` and `finished`, see execute(), outlive it.
  SlurmArray(std::size_t tasks, const std::function<PointTask(std::size_t)>& task_of, Executing how,
             const std::function<void(const TaskOutcome&)>& finished);

  // Results of arrays that an earlier process has left; who is still at work there is told to end. Throws Refused while
  // tasks of an exported script have not ended.
  void take_what_was_left();
  // Those that have no result yet.
  [[nodiscard]] std::vector<std::size_t> left() const;

  // Has them simulated. Throws Refused where Slurm cannot be used, and std::runtime_error where tasks end and none has
  // brought a result.
  [[nodiscard]] Ended run();

 private:
  // A task of the array.
  struct Part {
    std::set<PointKey> open;  // points without a result
    unsigned lost = 0;        // times, one behind the other, without a new result
    bool missing = false;     // Slurm did not name it when it was last asked
  };

  void make_folder();
  void submit(const std::set<std::size_t>& parts);
  [[nodiscard]] Ended wait();
  void look_at(std::size_t part);
  void look_for_lost(const SlurmTasks& tasks);
  // False if it is lost too often: its points then fail.
  bool may_run_again(std::size_t part);
  [[nodiscard]] std::string why_lost(std::size_t part) const;
  void say_why_waiting(const std::string& why);
  // Tells of a point; of one that nobody waits for, nothing.
  bool tell(const PointKey& key, const std::string* text, const std::string& why);

  const std::function<PointTask(std::size_t)>& task_of_;
  Executing how_;
  const std::function<void(const TaskOutcome&)>& finished_;
  std::vector<std::pair<PointKey, std::size_t>> order_;  // each point once, with its first task
  std::map<PointKey, std::vector<std::size_t>> open_;    // tasks without a result
  SlurmFolder folder_;
  SlurmJob job_;
  SlurmJobs jobs_;
  std::map<std::size_t, Part> parts_;  // that have points without a result
  unsigned lost_ = 0;                  // tasks, before there was any result
  bool any_result_ = false;
  bool any_failed_ = false;
  std::string said_waiting_;
};

}  // namespace vqlab

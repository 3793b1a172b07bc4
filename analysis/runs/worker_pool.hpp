// Runs independent tasks in one process each: a simulation library that allows one simulation for each process, and a
// task that crashes, harm nobody else.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace vqlab {

struct TaskOutcome {
  std::size_t task = 0;
  bool ok = false;
  std::string payload;   // what the task returned
  std::string error;     // if it is not ok: how the process ended, and the end of what it printed
  double cpu_s = 0;      // of the task's process
  double under_way = 0;  // of the tasks that run then: the sum of the shares that are done
};

// Called several times a second while tasks run, with the sum of the shares of them that are done.
using Watch = std::function<void(double under_way)>;

// In the process of a task: so much of it is done, from 0 to 1. Elsewhere it does nothing.
void report_share(double share) noexcept;

// A server is forked first, as small as this process is now, and forks a child for each of `tasks` tasks, at most
// `jobs` at once (0: as many as there are CPUs), and no more than the system has descriptors and processes for. A child
// returns work(task) through a pipe; an exception, a crash or a non-zero exit is an outcome that is not ok. finished()
// and watch(), if there is one, are called here; the first in the order in which tasks end. On SIGINT or SIGTERM all
// children are killed and true is returned; tasks without an outcome by then have none. Handlers of both signals are
// those of before once this returns.
//
// Precondition: the process has one thread, and nothing that a fork would break was started: no simulation.
// Throws std::system_error where the system gives not even one process or pipe, and std::runtime_error where the server
// was killed, after the children have been killed.
[[nodiscard]] bool run_in_processes(std::size_t tasks, unsigned jobs,
                                    const std::function<std::string(std::size_t)>& work,
                                    const std::function<void(const TaskOutcome&)>& finished, const Watch& watch = {});

// CPUs that this process may use; at least 1.
[[nodiscard]] unsigned usable_cpus();

}  // namespace vqlab

// Simulations that can be given up: each is a process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

#include "analysis/runs/point_bytes.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

struct Simulated {
  std::uint64_t task = 0;
  std::string result;  // result_text(); empty: it failed
  std::string error;   // why
};

// Precondition: the process has one thread, and ignores SIGPIPE.
class Simulators {
 public:
  explicit Simulators(unsigned most);  // at once; 0: one for each CPU
  ~Simulators() { give_up(); }
  Simulators(const Simulators&) = delete;
  Simulators& operator=(const Simulators&) = delete;

  [[nodiscard]] bool has_room() const { return running_.size() < most_; }
  [[nodiscard]] bool idle() const { return running_.empty(); }
  // Precondition: has_room(). Throws std::system_error where the system gives no process.
  void start(std::uint64_t task, const PointTask& point, const PointRunner& run_point);
  // Kills all; they have no end.
  void give_up();

  // Becomes readable when one of them has news.
  [[nodiscard]] std::vector<int> descriptors() const;
  // Those that have ended since. Waits for nothing.
  [[nodiscard]] std::vector<Simulated> ended();

 private:
  struct Process {
    std::uint64_t task;
    pid_t pid;
    int result;  // non-blocking end of a pipe
    std::string text;
  };

  std::size_t most_;
  std::vector<Process> running_;
};

}  // namespace vqlab

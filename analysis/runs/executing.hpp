// How points are simulated, and how that ended.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "analysis/runs/point_key.hpp"
#include "analysis/runs/worker_pool.hpp"

namespace vqlab {

// What is told to Slurm.
struct SlurmOptions {
  unsigned array_limit = 0;    // tasks at once; 0: as many as Slurm gives
  std::string time;            // of one task, as sbatch takes it; empty: the partition's default
  std::string partition;       // empty: the default one
  bool export_script = false;  // write the script and submit nothing
};

struct Executing {
  // Nobody forgets to say what `run_point` gives: results are kept and found by it.
  explicit Executing(Asked what) : asked(what) {}

  unsigned jobs = 0;  // processes at once, here or in each of Slurm's tasks; 0: one for each CPU, in a task one
  std::optional<SlurmOptions> slurm{};
  std::filesystem::path directory;  // of the results; a cluster's nodes must see it
  Asked asked;
  Watch watch{};  // of the points that run here; a cluster's count when they are over
};

// How a run came to its end.
enum class Ended : std::uint8_t { kWhole, kShard, kInterrupted, kExported };

}  // namespace vqlab

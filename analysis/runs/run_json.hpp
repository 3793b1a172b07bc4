// run.json: what was run, with what, and how far it came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace vqlab {

struct RunRecord {
  std::string study;
  nlohmann::ordered_json scenario;  // resolved: every value written out
  std::vector<std::uint64_t> seeds;
  std::string version;                                          // of this program
  std::string commit;                                           // of its source
  std::string program_sha256;                                   // of its sources as they were, and of its compiler
  std::vector<std::pair<std::string, std::string>> tools;       // name and version: compiler, SimGrid ...
  std::vector<std::pair<std::string, std::uint64_t>> counters;  // over all points, "completed_ios" and so on
  std::size_t points_total = 0;
  std::size_t points_finished = 0;
  std::size_t points_cut_short = 0;  // of those: by the longest run allowed, before their jobs were over
  std::size_t long_runs_total = 0;   // that were to be made; 0 also while points are not finished
  std::size_t long_runs_finished = 0;
  std::string started_utc;  // ISO 8601
  double wall_s = 0;
  double points_cpu_s = 0;  // of the processes that have simulated here, since then
  long memory_mb = 0;       // of this process, at most
};

[[nodiscard]] nlohmann::ordered_json to_json(const RunRecord& record);
// The text of run.json.
[[nodiscard]] std::string run_json(const RunRecord& record);

}  // namespace vqlab

// The folder that Slurm's tasks and the process that waits for them share: see slurm_array.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/runs/point_bytes.hpp"
#include "analysis/runs/point_key.hpp"

namespace vqlab {

// What all tasks of an array have in common.
struct SlurmJob {
  std::string program_sha256;
  Asked asked = Asked::kResult;
  unsigned jobs = 1;  // processes at once in each task
  std::size_t parts = 0;
  std::vector<std::string> ids;  // that Slurm gave; none while it is not submitted
};

// A point without a result, and why.
using FailedPoint = std::pair<PointKey, std::string>;

class SlurmFolder {
 public:
  SlurmFolder() = default;
  explicit SlurmFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // All below the directory of results, the oldest first, and a new one behind them.
  [[nodiscard]] static std::vector<SlurmFolder> all_in(const std::filesystem::path& directory);
  [[nodiscard]] static SlurmFolder new_in(const std::filesystem::path& directory);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_; }
  [[nodiscard]] std::filesystem::path script() const { return folder_ / "tasks.sh"; }
  [[nodiscard]] std::filesystem::path part(std::size_t number) const { return folder_ / std::to_string(number); }
  // With all that is in it, as far as that can be.
  void remove() const;

  [[nodiscard]] std::filesystem::path cache_of(std::size_t number) const { return part(number) / "cache"; }
  [[nodiscard]] std::filesystem::path log_of(std::size_t number) const { return part(number) / "log"; }

  void write_job(const SlurmJob& job) const;
  // Nothing where there is none that this program understands.
  [[nodiscard]] std::optional<SlurmJob> read_job() const;
  void write_points(std::size_t number, const std::string& bytes) const;
  [[nodiscard]] std::optional<std::vector<PointTask>> read_points(std::size_t number) const;

  // That a part has ended, with the points that failed.
  void write_end(std::size_t number, const std::vector<FailedPoint>& failed) const;
  [[nodiscard]] std::optional<std::vector<FailedPoint>> read_end(std::size_t number) const;
  void forget_end(std::size_t number) const;

  // Calls take(key, text) for each result of the part that was not given before.
  void read_new(std::size_t number, const std::string& program_sha256,
                const std::function<void(const PointKey&, const std::string&)>& take);

  // What the part printed last.
  [[nodiscard]] std::string end_of_log(std::size_t number) const;

 private:
  std::filesystem::path folder_;
  std::map<std::filesystem::path, std::size_t> taken_;  // records, by index
};

}  // namespace vqlab

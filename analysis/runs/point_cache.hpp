// What was simulated, in the user's cache folder, so that it is not simulated again: by key, whatever verb asks.
//
// Each build of the program has a folder of its own, named by the hash of its code. In it every process that keeps
// results has two files that it alone writes, both of which only grow: NAME.points with the results, each behind its
// checksum, and NAME.index with a record of 32 bytes for each. An index record is written after what it tells of. So
// any number of processes, on any number of machines, write at once without a lock, a reader sees whole results or
// none, and 100,000 results are two files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/runs/point_key.hpp"

namespace vqlab {

// VQLAB_CACHE, or vqlab in XDG_CACHE_HOME, or in ~/.cache. Nothing if VQLAB_CACHE is empty, or there is no home.
[[nodiscard]] std::optional<std::filesystem::path> cache_folder();

// Where figures are kept there; nothing if the cache is not used.
[[nodiscard]] std::optional<std::filesystem::path> kept_figures(bool use_cache);

class PointCache {
 public:
  // Of programs with this hash. Reads what is there now. A folder that cannot be read is empty.
  PointCache(const std::filesystem::path& folder, const std::string& program_sha256);
  ~PointCache();
  PointCache(const PointCache&) = delete;
  PointCache& operator=(const PointCache&) = delete;

  // What was kept under this key before this object was made. What is damaged is not there; that there is such is said
  // once, on standard error.
  [[nodiscard]] std::optional<std::string> find(const PointKey& key);

  // Where it cannot be kept, on a full disk or in a folder that is not to be written, that is said once, on standard
  // error, and nothing more is kept.
  void keep(const PointKey& key, std::string_view text);

 private:
  struct Entry {
    PointKey key;
    std::uint64_t offset;
    std::uint32_t bytes;
    std::uint32_t segment;
  };

  void open_segment();
  void give_up();

  std::filesystem::path folder_;  // of this program
  std::vector<std::filesystem::path> segments_;
  std::vector<Entry> entries_;         // by key; of equal ones the last is the newest
  std::optional<std::uint32_t> open_;  // segment that is open for reading
  int reading_ = -1;
  int points_ = -1;
  int index_ = -1;
  std::uint64_t end_ = 0;  // of what was kept
  bool keeps_ = true;
  bool damaged_ = false;
};

}  // namespace vqlab

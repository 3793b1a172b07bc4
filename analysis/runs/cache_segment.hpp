// The two files of a cache that one process writes: see PointCache.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/runs/point_key.hpp"

namespace vqlab {

// As it stands in an index.
struct CacheRecord {
  PointKey key;
  std::uint64_t offset;  // in the file of results, of the checksum
  std::uint32_t bytes;   // of checksum and result
  std::uint32_t kept_s;  // when, in seconds since 1970
};
static_assert(sizeof(CacheRecord) == 32);

inline constexpr const char* kCachePoints = ".points";
inline constexpr const char* kCacheIndex = ".index";
// Below the cache's folder: a folder for each build of the program.
inline constexpr const char* kCachedPoints = "points";

// And a folder for all figures of one result.
inline constexpr const char* kCachedFigures = "figures";

// The indices of a build's folder, the oldest first.
[[nodiscard]] std::vector<std::filesystem::path> cache_indices(const std::filesystem::path& folder);

// Whole records alone; none where the file cannot be read.
[[nodiscard]] std::vector<CacheRecord> read_cache_index(const std::filesystem::path& index);

// The result with its checksum in front, and back: nothing where it is not as it was written under this key.
[[nodiscard]] std::string with_checksum(const PointKey& key, std::string_view text);
[[nodiscard]] std::optional<std::string> checked_text(const PointKey& key, std::string_view bytes);

// `bytes` of an open file, or fewer where it ends.
[[nodiscard]] std::string bytes_at(int fd, std::uint64_t offset, std::uint32_t bytes);

// In seconds since 1970.
[[nodiscard]] std::uint32_t now_s();

// A name that no other process gives, and that sorts behind all that were given before.
[[nodiscard]] std::string new_segment_name();

}  // namespace vqlab

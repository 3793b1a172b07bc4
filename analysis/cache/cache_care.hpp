// Shows, checks and trims the cache of simulated points.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vqlab {

// What builds of the program with one hash have left; or all figures, which are kept by a key of their own.
struct CacheOfBuild {
  std::string program_sha256;  // empty: figures
  std::uint64_t entries = 0;
  std::uint64_t damaged = 0;   // after check_cache() alone
  std::uint64_t bytes = 0;     // of files
  std::uint32_t newest_s = 0;  // in seconds since 1970; 0: no entry
};

// By hash, figures last. `folder` is the cache's; none if it is not there.
[[nodiscard]] std::vector<CacheOfBuild> list_cache(const std::filesystem::path& folder);

// The same, after every entry was read and held against its checksum. What is damaged is taken out.
[[nodiscard]] std::vector<CacheOfBuild> check_cache(const std::filesystem::path& folder);

// What is to go; each condition is enough.
struct CacheTrim {
  std::optional<std::uint64_t> older_than_s{};  // kept before this, in seconds since 1970
  std::optional<std::uint64_t> most_bytes{};    // the oldest go until so many are left
  std::string all_but{};                        // results of other builds than this one; empty: none for that
};

// Files that a process is writing stay as they are. Entries with the same key become one, and a build's files two.
// Throws std::filesystem::filesystem_error where that cannot be written; what was not trimmed yet is then as it was.
void trim_cache(const std::filesystem::path& folder, const CacheTrim& trim);

}  // namespace vqlab

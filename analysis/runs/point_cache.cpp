#include "analysis/runs/point_cache.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/runs/cache_segment.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void close_if_open(int& fd) {
  if (fd >= 0) close(std::exchange(fd, -1));
}

}  // namespace

std::optional<fs::path> cache_folder() {
  if (std::getenv("VQLAB_CACHE") != nullptr) {
    const std::string named = variable("VQLAB_CACHE");
    return named.empty() ? std::nullopt : std::optional<fs::path>(named);
  }
  if (const std::string base = variable("XDG_CACHE_HOME"); !base.empty()) return fs::path(base) / "vqlab";
  if (const std::string home = variable("HOME"); !home.empty()) return fs::path(home) / ".cache" / "vqlab";
  return std::nullopt;
}

std::optional<fs::path> kept_figures(bool use_cache) {
  const auto folder = use_cache ? cache_folder() : std::nullopt;
  return folder ? std::optional<fs::path>(*folder / kCachedFigures) : std::nullopt;
}

PointCache::PointCache(const fs::path& folder, const std::string& program_sha256)
    : folder_(folder / kCachedPoints / program_sha256) {
  for (const fs::path& index : cache_indices(folder_)) {
    const auto segment = static_cast<std::uint32_t>(segments_.size());
    segments_.push_back(fs::path(index).replace_extension(kCachePoints));
    for (const CacheRecord& record : read_cache_index(index))
      entries_.push_back({record.key, record.offset, record.bytes, segment});
  }
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
}

PointCache::~PointCache() {
  close_if_open(reading_);
  close_if_open(points_);
  close_if_open(index_);
}

std::optional<std::string> PointCache::find(const PointKey& key) {
  const auto end = std::upper_bound(entries_.begin(), entries_.end(), key,
                                    [](const PointKey& wanted, const Entry& entry) { return wanted < entry.key; });
  if (end == entries_.begin() || (end - 1)->key != key) return std::nullopt;
  const Entry& entry = *(end - 1);
  if (open_ != entry.segment) {
    close_if_open(reading_);
    reading_ = open(segments_[entry.segment].c_str(), O_RDONLY | O_CLOEXEC);
    open_ = entry.segment;
  }
  if (reading_ < 0) return std::nullopt;  // trimmed meanwhile
  auto text = checked_text(key, bytes_at(reading_, entry.offset, entry.bytes));
  if (!text && !std::exchange(damaged_, true))
    say_note(fmt::format("vqlab: an entry of the cache, or more, is damaged; its point is simulated again ({})",
                         segments_[entry.segment].string()));
  return text;
}

void PointCache::keep(const PointKey& key, std::string_view text) {
  if (!keeps_) return;
  if (index_ < 0) open_segment();
  if (!keeps_) return;
  const std::string bytes = with_checksum(key, text);
  const CacheRecord record{key, end_, static_cast<std::uint32_t>(bytes.size()), now_s()};
  if (!write_all(points_, bytes) || !write_all(index_, {reinterpret_cast<const char*>(&record), sizeof record}))
    return give_up();
  end_ += bytes.size();
}

// Whoever trims the cache leaves a segment alone whose index is locked.
void PointCache::open_segment() {
  std::error_code error;
  fs::create_directories(folder_, error);
  const std::string name = new_segment_name();
  points_ = open((folder_ / (name + kCachePoints)).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (points_ >= 0)
    index_ = open((folder_ / (name + kCacheIndex)).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (index_ < 0) {
    give_up();
    fs::remove(folder_ / (name + kCachePoints), error);
    return;
  }
  (void)flock(index_, LOCK_EX | LOCK_NB);
}

void PointCache::give_up() {
  say_note(fmt::format("vqlab: the cache cannot be written ({}: {}); what is simulated from here on is not kept there",
                       folder_.string(), std::strerror(errno)));
  keeps_ = false;
}

}  // namespace vqlab

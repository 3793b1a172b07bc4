#include "analysis/cache/cache_care.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <map>
#include <sstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "analysis/runs/cache_segment.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/sha256.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  Descriptor(const fs::path& file, int flags) : fd_(open(file.c_str(), flags | O_CLOEXEC)) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

fs::path points_of(fs::path index) { return index.replace_extension(kCachePoints); }

std::vector<fs::path> folders_of_builds(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder / kCachedPoints, error))
    if (entry.is_directory(error)) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::uint64_t bytes_of(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (const auto size = entry.file_size(error); !error) bytes += size;
  return bytes;
}

CacheOfBuild look_at(const fs::path& folder) {
  CacheOfBuild build{.program_sha256 = folder.filename().string(), .bytes = bytes_of(folder)};
  for (const fs::path& index : cache_indices(folder)) {
    for (const CacheRecord& record : read_cache_index(index)) {
      ++build.entries;
      build.newest_s = std::max(build.newest_s, record.kept_s);
    }
  }
  return build;
}

// The figures of one result.
struct KeptFigures {
  fs::path folder;
  std::uint32_t kept_s;
  std::uint64_t bytes;
};

std::vector<KeptFigures> kept_figures_in(const fs::path& folder) {
  std::vector<KeptFigures> all;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder / kCachedFigures, error)) {
    struct stat made = {};
    if (stat(entry.path().c_str(), &made) != 0 || !S_ISDIR(made.st_mode)) continue;
    all.push_back({entry.path(), static_cast<std::uint32_t>(made.st_mtime), bytes_of(entry.path())});
  }
  return all;
}

CacheOfBuild look_at_figures(const fs::path& folder) {
  CacheOfBuild figures;
  for (const KeptFigures& one : kept_figures_in(folder)) {
    ++figures.entries;
    figures.bytes += one.bytes;
    figures.newest_s = std::max(figures.newest_s, one.kept_s);
  }
  return figures;
}

// Whether each file is as its line in the form of sha256sum says.
bool is_whole(const KeptFigures& figures) {
  std::istringstream lines(text_of(figures.folder / "SHA256SUMS"));
  std::size_t files = 0;
  constexpr std::size_t kHashDigits = 64;
  for (std::string line; std::getline(lines, line); ++files)
    if (line.size() < kHashDigits + 3 ||
        sha256_of_file(figures.folder / fs::path(line.substr(kHashDigits + 2)).filename()) !=
            line.substr(0, kHashDigits))
      return false;
  return files > 0;
}

// An entry, and in which of several files it stands.
struct Kept {
  CacheRecord record;
  std::size_t segment;
};

// A build's files that nobody is writing, held so that nobody else trims them meanwhile.
class BuildFolder {
 public:
  explicit BuildFolder(fs::path folder) : folder_(std::move(folder)) {
    for (const fs::path& index : cache_indices(folder_)) {
      Descriptor held(index, O_RDWR);
      if (held.fd() < 0 || flock(held.fd(), LOCK_EX | LOCK_NB) != 0) continue;
      for (const CacheRecord& record : read_cache_index(index)) newest_[record.key] = {record, held_.size()};
      files_.push_back(index);
      held_.push_back(std::move(held));
    }
  }

  // Of those with the same key the newest.
  [[nodiscard]] std::vector<Kept> entries() const {
    std::vector<Kept> all;
    for (const auto& [key, kept] : newest_) all.push_back(kept);
    return all;
  }

  [[nodiscard]] std::optional<std::string> text(const Kept& kept) {
    if (open_ != kept.segment) {
      reading_.emplace(points_of(files_[kept.segment]), O_RDONLY);
      open_ = kept.segment;
    }
    return checked_text(kept.record.key, bytes_at(reading_->fd(), kept.record.offset, kept.record.bytes));
  }

  // Writes those that are to stay anew, in their order, and removes the files that they were in. Returns how many were
  // damaged and are gone.
  std::uint64_t rewrite(const std::vector<Kept>& staying) {
    const std::uint64_t damaged = write_anew(staying);
    for (const fs::path& file : files_) {
      fs::remove(file);
      fs::remove(points_of(file));
    }
    std::error_code not_empty;
    fs::remove(folder_, not_empty);
    return damaged;
  }

  [[nodiscard]] std::size_t files() const { return files_.size(); }

 private:
  std::uint64_t write_anew(const std::vector<Kept>& staying) {
    const fs::path name = folder_ / new_segment_name();
    std::uint64_t damaged = 0;
    std::uint64_t end = 0;
    WholeFile points(fs::path(name) += kCachePoints);
    WholeFile index(fs::path(name) += kCacheIndex);
    for (const Kept& kept : staying) {
      const auto whole = text(kept);
      if (!whole) {
        ++damaged;
        continue;
      }
      const std::string bytes = with_checksum(kept.record.key, *whole);
      CacheRecord record = kept.record;
      record.offset = end;
      points.add(bytes);
      index.add({reinterpret_cast<const char*>(&record), sizeof record});
      end += bytes.size();
    }
    // The index last: without it nobody looks at the other one.
    if (end > 0) {
      points.place();
      index.place();
    }
    return damaged;
  }

  fs::path folder_;
  std::vector<fs::path> files_;  // indices
  std::vector<Descriptor> held_;
  std::map<PointKey, Kept> newest_;
  std::optional<std::size_t> open_;
  std::optional<Descriptor> reading_;
};

}  // namespace

std::vector<CacheOfBuild> list_cache(const fs::path& folder) {
  std::vector<CacheOfBuild> builds;
  for (const fs::path& one : folders_of_builds(folder)) builds.push_back(look_at(one));
  builds.push_back(look_at_figures(folder));
  return builds;
}

std::vector<CacheOfBuild> check_cache(const fs::path& folder) {
  std::vector<CacheOfBuild> builds;
  for (const fs::path& one : folders_of_builds(folder)) {
    std::uint64_t damaged = 0;
    {
      BuildFolder build(one);
      const std::vector<Kept> entries = build.entries();
      for (const Kept& entry : entries)
        if (!build.text(entry)) ++damaged;
      if (damaged > 0) damaged = build.rewrite(entries);
    }
    builds.push_back(look_at(one));
    builds.back().damaged = damaged;
  }
  std::uint64_t damaged = 0;
  for (const KeptFigures& one : kept_figures_in(folder)) {
    if (is_whole(one)) continue;
    ++damaged;
    fs::remove_all(one.folder);
  }
  builds.push_back(look_at_figures(folder));
  builds.back().damaged = damaged;
  return builds;
}

void trim_cache(const fs::path& folder, const CacheTrim& trim) {
  std::uint64_t oldest_s = trim.older_than_s.value_or(0);
  const std::vector<fs::path> folders = folders_of_builds(folder);
  const auto is_other = [&trim](const fs::path& one) {
    return !trim.all_but.empty() && one.filename().string() != trim.all_but;
  };
  if (trim.most_bytes) {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> sizes;  // when, and how large
    for (const KeptFigures& one : kept_figures_in(folder)) sizes.emplace_back(one.kept_s, one.bytes);
    for (const fs::path& one : folders)
      if (!is_other(one))
        for (const Kept& kept : BuildFolder(one).entries())
          sizes.emplace_back(kept.record.kept_s, kept.record.bytes + sizeof(CacheRecord));
    std::sort(sizes.rbegin(), sizes.rend());
    std::uint64_t bytes = 0;
    for (const auto& [kept_s, size] : sizes) {
      bytes += size;
      if (bytes <= *trim.most_bytes) continue;
      oldest_s = std::max(oldest_s, std::uint64_t{kept_s} + 1);
      break;
    }
  }
  for (const KeptFigures& one : kept_figures_in(folder))
    if (one.kept_s < oldest_s) fs::remove_all(one.folder);
  for (const fs::path& one : folders) {
    BuildFolder build(one);
    std::vector<Kept> staying = build.entries();
    const std::size_t all = staying.size();
    const auto goes = [&](const Kept& kept) { return is_other(one) || kept.record.kept_s < oldest_s; };
    staying.erase(std::remove_if(staying.begin(), staying.end(), goes), staying.end());
    if (staying.size() < all || build.files() > 1) (void)build.rewrite(staying);
  }
}

}  // namespace vqlab

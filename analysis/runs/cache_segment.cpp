#include "analysis/runs/cache_segment.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/sha256.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kChecksumDigits = 16;

std::string checksum(const PointKey& key, std::string_view text) {
  Sha256 hash;
  hash.add({reinterpret_cast<const char*>(key.data()), key.size()});
  hash.add(text);
  return hash.hex().substr(0, kChecksumDigits);
}

}  // namespace

std::vector<std::filesystem::path> cache_indices(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> indices;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == kCacheIndex) indices.push_back(entry.path());
  std::sort(indices.begin(), indices.end());
  return indices;
}

std::vector<CacheRecord> read_cache_index(const std::filesystem::path& index) {
  const std::string text = text_of(index);
  std::vector<CacheRecord> records(text.size() / sizeof(CacheRecord));
  if (!records.empty()) std::memcpy(records.data(), text.data(), records.size() * sizeof(CacheRecord));
  return records;
}

std::string with_checksum(const PointKey& key, std::string_view text) { return checksum(key, text).append(text); }

std::optional<std::string> checked_text(const PointKey& key, std::string_view bytes) {
  if (bytes.size() < kChecksumDigits) return std::nullopt;
  const std::string_view text = bytes.substr(kChecksumDigits);
  if (checksum(key, text) != bytes.substr(0, kChecksumDigits)) return std::nullopt;
  return std::string(text);
}

std::string bytes_at(int fd, std::uint64_t offset, std::uint32_t bytes) {
  constexpr std::uint32_t kMost = 1u << 26;  // a damaged record may ask for anything
  std::string text(std::min(bytes, kMost), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = pread(fd, text.data() + done, text.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  text.resize(done);
  return text;
}

std::uint32_t now_s() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

std::string new_segment_name() {
  static unsigned made = 0;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("{:016}-{}-{}-{}", std::chrono::duration_cast<std::chrono::microseconds>(now).count(), host.data(),
                     getpid(), ++made);
}

}  // namespace vqlab

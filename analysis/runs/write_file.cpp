#include "analysis/runs/write_file.hpp"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace vqlab {
namespace {

constexpr std::size_t kFlushBytes = 1 << 20;

}  // namespace

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Beside the file: a rename is one step only inside one file system.
std::filesystem::path draft_of(std::filesystem::path file) { return file += ".draft"; }

void write_atomically(const std::filesystem::path& file, std::string_view text) {
  WholeFile whole(file);
  whole.add(text);
  whole.place();
}

WholeFile::WholeFile(std::filesystem::path file)
    : file_(std::move(file)), fd_(open(draft_of(file_).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  if (fd_ < 0) fail();
}

WholeFile::~WholeFile() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(draft_of(file_).c_str());
}

void WholeFile::add(std::string_view text) {
  waiting_ += text;
  if (waiting_.size() >= kFlushBytes) flush();
}

void WholeFile::flush() {
  if (!write_all(fd_, waiting_)) fail();
  waiting_.clear();
}

void WholeFile::place() {
  flush();
  if (close(std::exchange(fd_, -1)) != 0) {
    const int why = errno;
    unlink(draft_of(file_).c_str());
    errno = why;
    fail();
  }
  std::filesystem::rename(draft_of(file_), file_);
}

void WholeFile::fail() {
  throw std::filesystem::filesystem_error("cannot write", file_, std::error_code(errno, std::generic_category()));
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace vqlab

#include "analysis/runs/write_file.hpp"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <system_error>
#include <unistd.h>

namespace vqlab {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Beside the file: a rename is one step only inside one file system.
std::filesystem::path draft_of(std::filesystem::path file) { return file += ".draft"; }

void write_atomically(const std::filesystem::path& file, std::string_view text) {
  const std::filesystem::path draft = draft_of(file);
  const int fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool written = fd >= 0 && write_all(fd, text);
  int why = errno;
  if (fd >= 0 && close(fd) != 0 && written) {
    written = false;
    why = errno;
  }
  if (!written) {
    if (fd >= 0) unlink(draft.c_str());
    throw std::filesystem::filesystem_error("cannot write", file, std::error_code(why, std::generic_category()));
  }
  std::filesystem::rename(draft, file);
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

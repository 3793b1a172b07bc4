#include "analysis/ring/qemu/files.hpp"

#include <array>
#include <cerrno>
#include <sys/mman.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace vqlab::qemu {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

FileHandle::~FileHandle() {
  if (fd_ >= 0) close(fd_);
}

FileHandle memory_file(const char* name) {
  const int fd = memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) fail("cannot make a file in memory");
  return FileHandle(fd);
}

std::pair<FileHandle, FileHandle> socket_pair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("cannot make a pair of sockets");
  return {FileHandle(ends[0]), FileHandle(ends[1])};
}

std::string read_from(const FileHandle& file, std::uint64_t offset) {
  std::string text;
  std::array<char, 65536> block{};
  for (;;) {
    const ssize_t count = pread(file.get(), block.data(), block.size(), static_cast<off_t>(offset + text.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(block.data(), static_cast<std::size_t>(count));
  }
}

SharedMemory::SharedMemory(const char* name, std::size_t bytes) : file_(memory_file(name)) {
  if (ftruncate(file_.get(), static_cast<off_t>(bytes)) != 0) fail("cannot size a file in memory");
  void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
  if (mapped == MAP_FAILED) fail("cannot map a file in memory");
  bytes_ = {static_cast<std::byte*>(mapped), bytes};
}

SharedMemory::~SharedMemory() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
}

}  // namespace vqlab::qemu

// Files without names: descriptors, and memory that is shared with a child process through one. Nothing of it is left
// behind, however this process ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace vqlab::qemu {

// Owns a file descriptor.
class FileHandle {
 public:
  explicit FileHandle(int fd = -1) noexcept : fd_(fd) {}
  FileHandle(FileHandle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileHandle();

  [[nodiscard]] int get() const noexcept { return fd_; }
  // Where a process that has inherited the descriptor can open the same file by name.
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

// An empty file in memory. `name` is for whoever lists descriptors. Throws std::system_error. Closed on exec unless the
// descriptor is handed to the child.
[[nodiscard]] FileHandle memory_file(const char* name);

// The two ends of a stream. Throws std::system_error.
[[nodiscard]] std::pair<FileHandle, FileHandle> socket_pair();

// What was written to the file from `offset` on.
[[nodiscard]] std::string read_from(const FileHandle& file, std::uint64_t offset);

// Zeroed memory behind a file in memory: what one process writes there the other one reads.
class SharedMemory {
 public:
  // `bytes`: a multiple of the page size. Throws std::system_error.
  SharedMemory(const char* name, std::size_t bytes);
  SharedMemory(SharedMemory&& other) noexcept
      : file_(std::move(other.file_)), bytes_(std::exchange(other.bytes_, std::span<std::byte>())) {}
  SharedMemory& operator=(SharedMemory&&) = delete;
  ~SharedMemory();

  [[nodiscard]] const FileHandle& file() const noexcept { return file_; }
  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return bytes_; }

 private:
  FileHandle file_;
  std::span<std::byte> bytes_;
};

}  // namespace vqlab::qemu

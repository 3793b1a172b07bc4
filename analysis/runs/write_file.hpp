// Files as a whole: read, and written so that they are whole or not there.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace vqlab {

// Empty if it cannot be read.
[[nodiscard]] std::string text_of(const std::filesystem::path& file);

// Replaces `file` in one step, so that a reader never meets half of it. Its folder must exist.
// Throws std::filesystem::filesystem_error; the old file then stays.
void write_atomically(const std::filesystem::path& file, std::string_view text);

// Takes the next part of a text.
using TextSink = std::function<void(std::string_view)>;

// A file that is written part by part, and takes its place as a whole. What is not placed is gone with the object.
// All of it throws std::filesystem::filesystem_error; the old file then stays.
class WholeFile {
 public:
  // Precondition: the file's folder exists.
  explicit WholeFile(std::filesystem::path file);
  ~WholeFile();
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  void add(std::string_view text);
  // At most once, at the end.
  void place();

 private:
  void flush();
  [[noreturn]] void fail();

  std::filesystem::path file_;
  int fd_;
  std::string waiting_;
};

// What write_atomically() and WholeFile write before it takes the file's place; stays behind where the program is
// killed.
[[nodiscard]] std::filesystem::path draft_of(std::filesystem::path file);

// False, with errno, where not all of it could be written.
[[nodiscard]] bool write_all(int fd, std::string_view text);

}  // namespace vqlab

// Files as a whole: read, and written so that they are whole or not there.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace vqlab {

// Empty if it cannot be read.
[[nodiscard]] std::string text_of(const std::filesystem::path& file);

// Replaces `file` in one step, so that a reader never meets half of it. Its folder must exist.
// Throws std::filesystem::filesystem_error; the old file then stays.
void write_atomically(const std::filesystem::path& file, std::string_view text);

// What write_atomically() writes before it takes the file's place; stays behind where the program is killed.
[[nodiscard]] std::filesystem::path draft_of(std::filesystem::path file);

// False, with errno, where not all of it could be written.
[[nodiscard]] bool write_all(int fd, std::string_view text);

}  // namespace vqlab

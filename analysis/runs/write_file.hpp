// Files that are whole or not there.
#pragma once

#include <filesystem>
#include <string_view>

namespace vqlab {

// Replaces `file` in one step, so that a reader never meets half of it. Its folder must exist.
// Throws std::filesystem::filesystem_error.
void write_atomically(const std::filesystem::path& file, std::string_view text);

}  // namespace vqlab

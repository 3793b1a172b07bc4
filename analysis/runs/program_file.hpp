// Where this program lies.
#pragma once

#include <filesystem>

namespace vqlab {

// To start it again, here or on another machine that sees the same folder. Throws std::filesystem::filesystem_error.
[[nodiscard]] inline std::filesystem::path program_file() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace vqlab

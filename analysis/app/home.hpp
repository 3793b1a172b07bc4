// Where scenarios/, analysis/ and the headers that a policy's file includes are.
#pragma once

#include <filesystem>
#include <string>

namespace vqlab {

// The folder that the environment's VQLAB_HOME names. If there is none: share/vqlab beside the program's folder, where
// an installed one has its files; if that is not there, the source tree that the program was built from.
[[nodiscard]] std::filesystem::path home();

// Where home() is, and what else it was not found in, for whoever misses a file: "VQLAB_HOME, /opt/x".
[[nodiscard]] std::string home_words();

}  // namespace vqlab

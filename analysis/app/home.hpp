// Where scenarios/ and analysis/ are.
#pragma once

#include <filesystem>

namespace vqlab {

// The environment's VQLAB_HOME, else the source tree that the program was built from.
[[nodiscard]] std::filesystem::path home();

}  // namespace vqlab

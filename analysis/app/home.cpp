#include "analysis/app/home.hpp"

#include <cstdlib>

#include "build_info.hpp"

namespace vqlab {

std::filesystem::path home() {
  const char* set = std::getenv("VQLAB_HOME");
  return set != nullptr && *set != '\0' ? std::filesystem::path(set) : std::filesystem::path(build_source_dir());
}

}  // namespace vqlab

#include "models/base/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace vqlab {

void ensure_failed(const char* message, const char* file, int line) noexcept {
  std::fprintf(stderr, "vqlab: internal error: %s (%s:%d)\n", message, file, line);
  std::abort();
}

}  // namespace vqlab

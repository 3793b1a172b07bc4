#include "models/base/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace vqlab {

void ensure_failed(const char* message, std::source_location where) noexcept {
  std::fprintf(stderr, "vqlab: internal error: %s (%s:%u)\n", message, where.file_name(),
               static_cast<unsigned>(where.line()));
  std::abort();
}

}  // namespace vqlab

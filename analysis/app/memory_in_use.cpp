#include "analysis/app/memory_in_use.hpp"

#include <sys/resource.h>

namespace vqlab {

long memory_in_use_mb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1000;
}

}  // namespace vqlab

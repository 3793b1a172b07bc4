#include "analysis/runs/huge_pages.hpp"

#include <cstdlib>
#include <malloc.h>
#include <sys/mman.h>

namespace vqlab {
namespace {

constexpr std::uint64_t kHugePage = std::uint64_t{2} << 20;
constexpr std::uint64_t kFewest = 2 * kHugePage;  // the kernel fills each page with zeros when it is first touched

}  // namespace

void ask_for_huge_pages(std::uint64_t state_bytes) {
  if (state_bytes < kFewest) return;
  // Allocations of every size come from one heap, which is made as large as the state at once, and stays so.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);  // never
  // What is never touched takes no memory. The state is an estimate, and comes aligned to nothing.
  const std::uint64_t bytes = state_bytes + state_bytes / 2 + 2 * kHugePage;
  void* const heap = std::malloc(bytes);
  if (heap == nullptr) return;
  const std::uint64_t begin = reinterpret_cast<std::uintptr_t>(heap) / kHugePage * kHugePage + kHugePage;
  madvise(reinterpret_cast<void*>(begin), bytes - kHugePage, MADV_HUGEPAGE);
  std::free(heap);
}

}  // namespace vqlab

#include "analysis/runs/shares_under_way.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <sys/mman.h>

namespace vqlab {
namespace {

// The task's number above the share, a fraction of kWhole. 0: no task.
constexpr int kTaskShift = 32;
constexpr double kWhole = std::numeric_limits<std::uint32_t>::max();

std::uint64_t mark_of(std::size_t task) { return (std::uint64_t{task} + 1) << kTaskShift; }

}  // namespace

SharesUnderWay::SharesUnderWay(std::size_t places) : places_(places), shared_(nullptr) {
  void* const memory = mmap(nullptr, places * sizeof(Place), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  shared_ = static_cast<Place*>(memory);
  for (std::size_t i = 0; i < places_; ++i) new (shared_ + i) Place(0);
}

SharesUnderWay::~SharesUnderWay() {
  if (shared_ != nullptr) munmap(shared_, places_ * sizeof(Place));
}

void SharesUnderWay::report(std::size_t place, std::size_t task, double share) noexcept {
  if (shared_ == nullptr) return;
  const auto part = static_cast<std::uint32_t>(kWhole * std::clamp(share, 0.0, 1.0));
  shared_[place].store(mark_of(task) | part, std::memory_order_relaxed);
}

void SharesUnderWay::end(std::size_t task) noexcept {
  if (shared_ == nullptr) return;
  for (std::size_t i = 0; i < places_; ++i) {
    std::uint64_t seen = shared_[i].load(std::memory_order_relaxed);
    if (seen >> kTaskShift != mark_of(task) >> kTaskShift) continue;
    shared_[i].compare_exchange_strong(seen, 0, std::memory_order_relaxed);
  }
}

double SharesUnderWay::sum() const noexcept {
  double sum = 0;
  for (std::size_t i = 0; shared_ != nullptr && i < places_; ++i)
    sum += static_cast<double>(shared_[i].load(std::memory_order_relaxed) & std::numeric_limits<std::uint32_t>::max());
  return sum / kWhole;
}

}  // namespace vqlab

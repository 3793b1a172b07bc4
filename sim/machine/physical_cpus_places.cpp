// Where threads run if it is known how CPUs are put together, and how those of a core slow each other down.
#include <algorithm>
#include <limits>

#include "sim/machine/physical_cpus.hpp"

namespace vqlab::sim {

// As Linux's select_idle_sibling() looks within the last-level cache: first for a core that is idle as a whole. Where
// that has none it does not look farther, but a CPU elsewhere that is idle soon takes the thread: here at once.
std::uint32_t PhysicalCpus::nearest_idle(const HostThread& thread) const noexcept {
  std::uint32_t best = HostThread::kNoCpu;
  std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
  for (std::uint32_t cpu = 0; cpu < count_; ++cpu) {
    if (!cpus_[cpu].idle) continue;
    const bool whole = !places_.has_siblings() || cpus_[places_.sibling(cpu)].idle;
    std::uint32_t badness = whole ? 0 : 1;
    if (thread.cpu != HostThread::kNoCpu) {
      const CpuDistance distance = std::max(places_.distance(thread.cpu, cpu), CpuDistance::kSameDie);
      badness += 2 * static_cast<std::uint32_t>(distance);
    }
    if (badness >= least) continue;
    least = badness;
    best = cpu;
  }
  return best;
}

void PhysicalCpus::share_core(std::uint32_t cpu) noexcept {
  if (!places_.has_siblings() || cpu == HostThread::kNoCpu) return;
  HostThread* const one = cpus_[cpu].current;
  HostThread* const other = cpus_[places_.sibling(cpu)].current;
  const Slowdown slowdown = one != nullptr && other != nullptr ? beside_sibling_ : Slowdown();
  if (one != nullptr) one->slowdown = slowdown;
  if (other != nullptr) other->slowdown = slowdown;
}

}  // namespace vqlab::sim

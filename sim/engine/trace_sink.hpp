// Hears what the threads of a run do, step by step, if somebody records it. It changes nothing.
//
// Who does not record pays nothing: threads, vCPUs and physical CPUs tell from branches that they take for another rare
// reason anyway, and locks after one look at a pointer.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/units.hpp"
#include "models/base/work.hpp"

namespace vqlab::sim {

class TraceSink {
 public:
  // A thread of the host, vCPUs included, by number.
  using Thread = std::uint16_t;
  static constexpr Thread kNobody = 0;
  static constexpr std::uint32_t kNoCpu = 0xffffffff;

  enum class Kind : std::uint8_t { kVcpu, kServing, kWorker, kTenant };

  virtual ~TraceSink() = default;

  // It hears of one more. Its numbers begin with 1; kNobody: of this one it does not want to hear.
  [[nodiscard]] virtual Thread add_thread(Kind kind, const std::string& name) = 0;

  // A step begins that this thread worked or waited for; kNobody: it is not known whose it is.
  virtual void runs(Thread thread) = 0;
  // From now on it works, and will be done at `until`, if nothing comes between; Instant::max(): until it does
  // something else. What it did before is over.
  virtual void works(Thread thread, Work work, Instant until) = 0;
  // It no longer works on that: a context of a higher level has its vCPU, or, if it lost its CPU, another thread.
  virtual void stops(Thread thread, bool lost_cpu) = 0;
  // A context of this level of PriorityCpu has the vCPU.
  virtual void serves(Thread vcpu, std::uint32_t level) = 0;
  virtual void sleeps(Thread thread) = 0;
  virtual void wakes(Thread thread) = 0;
  // It has this physical CPU; kNoCpu: none any more.
  virtual void has_cpu(Thread thread, std::uint32_t cpu) = 0;

  // It spins for the lock; has it, from `at` on; and has given it back at `at`, which may lie ahead.
  virtual void spins(Thread thread, const void* lock) = 0;
  virtual void takes(Thread thread, const void* lock, Instant at) = 0;
  virtual void releases(const void* lock, Instant at) = 0;
};

}  // namespace vqlab::sim

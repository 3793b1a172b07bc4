// A process of the guest, as vCPUs, scheduler and block layer see it: it waits for commands, sleeps, and is woken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/base/fetch_ahead.hpp"
#include "models/base/units.hpp"

namespace vqlab::sim {

struct Command;
class Vcpu;

class UserProcess {
 public:
  static constexpr std::uint32_t kNormalWeight = 1024;  // at nice 0

  virtual ~UserProcess() = default;

  // Where a process has what it needs when it runs: bytes from its beginning.
  static constexpr std::size_t kNeeded = 3 * kCacheLine;
  static constexpr std::size_t kNeededOfFrame = 6 * kCacheLine;

  // From a softirq on `waker`: a request has completed. The vCPU on which the process is to be woken, or null if it is
  // not asleep or already being woken.
  [[nodiscard]] virtual Vcpu* completed(Command& command, Vcpu& waker) = 0;

  // Whether it wakes when this request completes next.
  [[nodiscard]] virtual bool next_wakes(const Command& command) const noexcept = 0;

  // The vCPU on which the process, which sleeps, is to be woken by `waker`.
  [[nodiscard]] virtual Vcpu& place(Vcpu& waker) = 0;

  // It is runnable on the vCPU that place() chose.
  virtual void wake() = 0;

  // Its vCPU has picked it: it goes on.
  virtual void go_on() = 0;

  // Load balancing has moved it to this vCPU. Precondition: it waits to be picked.
  virtual void moved(Vcpu& vcpu) = 0;
  // The same while it runs: it goes there before its next request.
  virtual void push(Vcpu& vcpu) = 0;

  // A request of its has become part of another one.
  virtual void merged(const Command& /*command*/) {}

  // vCPUs that it may run on, by index; null: all.
  const std::vector<bool>* allowed = nullptr;
  [[nodiscard]] bool may_run_on(std::uint32_t vcpu) const { return allowed == nullptr || (*allowed)[vcpu]; }

  UserProcess* next = nullptr;  // in one Fifo
  const void* frame = nullptr;  // of the coroutine that it is, if that is known

  // The scheduler's:
  std::uint32_t weight = kNormalWeight;  // its share of a vCPU, relative to others'
  std::int64_t vruntime = 0;             // time that it has run, in ns, divided by its weight over kNormalWeight
  Instant ran_at{};                      // it last ran
};

}  // namespace vqlab::sim

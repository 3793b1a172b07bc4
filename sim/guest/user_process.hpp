// A process of the guest, as vCPUs and block layer see it: it waits for commands, sleeps, and is woken.
#pragma once

namespace vqlab::sim {

struct Command;
class Vcpu;

class UserProcess {
 public:
  virtual ~UserProcess() = default;

  // From a softirq: a request has completed. The vCPU on which the process is to be woken, or null if it is
  // not asleep or already being woken.
  [[nodiscard]] virtual Vcpu* completed(Command& command) = 0;

  // Whether it wakes when this request completes next.
  [[nodiscard]] virtual bool next_wakes(const Command& command) const noexcept = 0;

  // The vCPU on which the process, which sleeps, is to be woken.
  [[nodiscard]] virtual Vcpu& place() = 0;

  // It goes on, on the vCPU that place() chose.
  virtual void wake() = 0;

  UserProcess* next = nullptr;  // in one Fifo
};

}  // namespace vqlab::sim

// A vCPU: what the guest runs on it, in the order hard interrupt > IPI > softirq > processes > halt.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/fifo.hpp"
#include "models/testbed/guest_steps.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/engine/cpu.hpp"
#include "sim/engine/process.hpp"
#include "sim/engine/sync.hpp"
#include "sim/guest/command.hpp"
#include "sim/guest/run_queue.hpp"
#include "sim/guest/user_process.hpp"
#include "sim/machine/adaptive_polling.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

class Vcpu;

// What the rest of the guest does in a vCPU's interrupt contexts.
class InterruptHandlers {
 public:
  virtual ~InterruptHandlers() = default;
  // In hard interrupt context, the interrupt's own cost paid.
  virtual Task<> handle_interrupt(Vcpu& cpu, LineIndex queue) = 0;
  // In the block softirq: locks that completing the command takes, the host's before and after the work of it. Null:
  // not taken.
  struct CompletionLocks {
    SpinLock* host;
    SpinLock* lun;
  };
  virtual CompletionLocks completion_locks(const Command& command) const = 0;
  // What completing it takes besides, waking its process included.
  virtual Duration draw_completion(Vcpu& cpu, const Command& command) = 0;
  struct Completion {
    Duration owed;     // what else it has cost this vCPU
    bool others_wait;  // for a command like this to come back: hand_over() hands them over
  };
  // That time is over, and so is the command.
  virtual Completion complete(Vcpu& cpu, Command& command) = 0;
  virtual Task<> hand_over(Vcpu& cpu, const Command& command) = 0;
};

// Totals of a vCPU since the beginning.
struct VcpuCounters {
  std::uint64_t exits = 0;       // as Count::kExits
  std::uint64_t halts = 0;       // of them
  std::uint64_t interrupts = 0;  // of request queues, that it has taken
  std::uint64_t ipis = 0;        // that it has taken
};

class Vcpu final : private IdleHooks {
  struct PendingInterrupt {
    LineIndex queue;
    bool pending = false;
    PendingInterrupt* next = nullptr;
  };

 public:
  // Memory of each vCPU for each interrupt line of the machine.
  static constexpr std::uint64_t kBytesPerLine = sizeof(PendingInterrupt);

  enum Level : std::uint32_t { kHardInterrupt, kIpi, kSoftirq, kProcess };

  // References must outlive the vCPU.
  Vcpu(VcpuId id, Machine& machine, InterruptHandlers& handlers, const GuestSteps<CostSampler>& steps,
       const Testbed& testbed, std::uint64_t seed);

  [[nodiscard]] VcpuId id() const noexcept { return id_; }
  [[nodiscard]] PriorityCpu& cpu() noexcept { return cpu_; }
  [[nodiscard]] const PriorityCpu& cpu() const noexcept { return cpu_; }
  [[nodiscard]] Duration busy_time() const noexcept { return cpu_.busy_time(); }
  // Time so far for which it has wanted to run and its thread had no CPU.
  [[nodiscard]] Duration stolen() const noexcept { return cpu_.time().without_cpu(machine_.calendar.now()); }

  [[nodiscard]] const VcpuCounters& counters() const noexcept { return counters_; }
  // It has rung a doorbell, which the machine counts.
  void count_kick() noexcept { ++counters_.exits; }

  // No context runs, and none is on its way.
  [[nodiscard]] bool halted() const noexcept { return !cpu_.busy(); }
  // And the host does not poll for one: whoever wakes it pays.
  [[nodiscard]] bool blocked() const noexcept { return halted() && !polled_for(); }

  // See VcpuSet::set_online().
  [[nodiscard]] bool online() const noexcept { return online_; }
  void set_online(bool online) noexcept { online_ = online; }

  // The steps of whatever runs on it, for which it is a meter.
  [[nodiscard]] const GuestSteps<CostSampler>& steps() const noexcept { return steps_; }
  using Part = CostPart;
  using Times = std::uint32_t;

  // What a step with these parts takes.
  template <std::same_as<CostPart>... Parts>
  [[nodiscard]] Duration draw(const CostSampler& cost, const Parts&... parts) noexcept {
    return cost.sample_with(random_, parts...);
  }
  // What `count` steps of this cost take.
  [[nodiscard]] Duration draw_times(const CostSampler& cost, std::uint32_t count) noexcept {
    return cost.sample_times(count, random_);
  }
  // Awaitable: the served context works. Precondition: as PriorityCpu::spend.
  [[nodiscard]] auto spend(Duration work, Work what = Work::kNone) noexcept { return cpu_.spend(work, what); }

  // The host has injected an interrupt; one that is pending already covers it.
  void raise_interrupt(LineIndex queue);

  // The timer of a process that sleeps has expired: its interrupt wakes the process.
  void raise_timer(UserProcess& process);

  // The block layer's softirq is to complete the command here.
  void raise_softirq(Command& command);

  // What follows happens at once. Its cost, where there is one, is the result: the context that this vCPU serves owes
  // it, and pays with its next step of work or before it ends.

  // Has `other` complete the command in its softirq, by IPI.
  [[nodiscard]] Duration send_completion(Vcpu& other, Command& command);
  // A process that sleeps is to go on, on `home`: by IPI unless that is this vCPU.
  [[nodiscard]] Duration wake_process(UserProcess& process, Vcpu& home);
  // A process that this vCPU serves goes on; the switch costs something if another one ran last.
  [[nodiscard]] Duration switch_to(const UserProcess& process);

  // The scheduler. Here a process is one that this vCPU is to run, or runs.

  [[nodiscard]] const RunQueue& processes() const noexcept { return processes_; }
  // No process runs here, nor is one to.
  [[nodiscard]] bool has_no_process() const noexcept { return processes_.runnable() == 0 && woken_.empty(); }
  // The process, which slept, is runnable.
  void start_process(UserProcess& process) {
    if (processes_.wake(process, machine_.calendar.now())) process.go_on();
  }
  // The current one sleeps, ends or goes elsewhere; and it lets go of the CPU.
  void end_process() { processes_.stop(machine_.calendar.now()); }
  void release_process() {
    run_next();
    cpu_.release();
  }
  void stop_process() {
    end_process();
    release_process();
  }
  // Whether the current one must let another one run, with put_process_back().
  [[nodiscard]] bool preempts_process() { return processes_.preempts(machine_.calendar.now()); }
  void put_process_back() {
    processes_.put_back(machine_.calendar.now());
    release_process();
  }
  // Load balancing takes a process that waits, has not run since `cold` and may run on `to`, null if there is none; and
  // brings one.
  [[nodiscard]] UserProcess* take_process(Instant cold, VcpuId to) { return processes_.take(cold, to.value); }
  void receive_process(UserProcess& process) {
    processes_.receive(process, machine_.calendar.now());
    run_next();
  }

 private:
  // Whether the host polls for something to do, the vCPU being halted.
  [[nodiscard]] bool polled_for() const noexcept {
    return halt_polling_.time() > Duration{0} && machine_.calendar.now() - halted_at_ <= halt_polling_.time();
  }
  [[nodiscard]] Duration wake() override;
  void idle() override;
  void spins() override { machine_.cpus.begin_spinning(thread_); }
  [[nodiscard]] Duration ends_spinning() override { return machine_.cpus.end_spinning(thread_); }

  void count_exits(std::uint64_t exits) noexcept {
    counters_.exits += exits;
    machine_.counters.add(Count::kExits, exits);
  }
  // Cost of the IPI that tells this vCPU to look at its lists; nothing if one is on its way.
  [[nodiscard]] Duration ipi_from(Vcpu& sender);

  void run_next() {
    if (processes_.current() != nullptr) return;
    if (UserProcess* const process = processes_.pick(machine_.calendar.now())) process->go_on();
  }

  Process serve_interrupts();
  Process serve_ipis();
  Process serve_softirq();

  VcpuId id_;
  Machine& machine_;
  InterruptHandlers& handlers_;
  const GuestSteps<CostSampler>& steps_;
  RandomStream random_;
  HostThread thread_;
  PriorityCpu cpu_;
  AdaptivePolling halt_polling_;
  Instant halted_at_{};
  VcpuCounters counters_;

  std::vector<PendingInterrupt> interrupts_;  // by LineIndex
  Fifo<PendingInterrupt> pending_interrupts_;
  Fifo<UserProcess> expired_;  // whose timers have
  bool online_ = true;
  bool ipi_pending_ = false;
  Fifo<Command> called_;     // completions that other vCPUs have sent here
  Fifo<UserProcess> woken_;  // processes that other vCPUs have woken here
  Fifo<Command> completed_;  // for the softirq
  RunQueue processes_;
  const UserProcess* last_process_ = nullptr;

  CpuEvent interrupt_raised_{kHardInterrupt};
  CpuEvent ipi_arrived_{kIpi};
  CpuEvent softirq_raised_{kSoftirq};
  ProcessGroup contexts_;
};

}  // namespace vqlab::sim

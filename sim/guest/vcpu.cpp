#include "sim/guest/vcpu.hpp"

#include <string>
#include <utility>

#include "models/base/cpu_list.hpp"
#include "models/base/fetch_ahead.hpp"

namespace vqlab::sim {
namespace {

constexpr Duration kFirstHaltPoll{10000};  // KVM's halt_poll_ns_grow_start

}  // namespace

Vcpu::Vcpu(VcpuId id, Machine& machine, InterruptHandlers& handlers, const GuestSteps<CostSampler>& steps,
           const Testbed& testbed, std::uint64_t seed)
    : id_(id),
      machine_(machine),
      handlers_(handlers),
      steps_(steps),
      random_(seed, "guest/vcpu/" + std::to_string(id.value)),
      cpu_(machine.calendar, machine.cpus.slowdown(thread_), *this),
      halt_polling_({.max = Duration{testbed.host.halt_poll_ns}, .first = kFirstHaltPoll}),
      processes_(SchedulerRules(testbed)),
      contexts_(machine.calendar) {
  thread_.time = &cpu_.time();
  machine.cpus.name(thread_, TraceSink::Kind::kVcpu, "vCPU " + std::to_string(id.value));
  if (thread_.traced != TraceSink::kNobody) cpu_.be_traced(thread_.traced);
  machine.cpus.limit(thread_, ThreadKind::kVcpu);
  if (const auto cpu = pinned_cpu(testbed.host.vcpu_cpus, id.value)) thread_.pinned = *cpu;
  if (machine.hand_overs != nullptr) machine.hand_overs->add_vcpu(thread_);
  for (LineIndex queue = 0; queue < machine.rings.size(); ++queue) interrupts_.push_back({queue});
  contexts_.start(serve_interrupts());
  contexts_.start(serve_ipis());
  contexts_.start(serve_softirq());
}

void Vcpu::raise_interrupt(LineIndex queue) {
  PendingInterrupt& interrupt = interrupts_[queue];
  if (interrupt.pending) return;
  interrupt.pending = true;
  pending_interrupts_.push_back(interrupt);
  interrupt_raised_.signal(cpu_);
}

void Vcpu::raise_timer(UserProcess& process) {
  expired_.push_back(process);
  interrupt_raised_.signal(cpu_);
}

void Vcpu::raise_softirq(Command& command) {
  fetch_ahead(command.lun);
  fetch_ahead(command.process, UserProcess::kNeeded);
  completed_.push_back(command);
  softirq_raised_.signal(cpu_);
}

Duration Vcpu::send_completion(Vcpu& other, Command& command) {
  other.called_.push_back(command);
  return other.ipi_from(*this);
}

Duration Vcpu::wake_process(UserProcess& process, Vcpu& home) {
  if (&home == this) {
    process.wake();
    return Duration{0};
  }
  home.woken_.push_back(process);
  return home.ipi_from(*this);
}

Duration Vcpu::ipi_from(Vcpu& sender) {
  if (ipi_pending_) return Duration{0};
  ipi_pending_ = true;
  const bool woke = blocked();
  ipi_arrived_.signal(cpu_);
  sender.count_exits(1);
  return steps_.send_ipi(sender, CostPart{machine_.wake_thread, woke ? 1u : 0u});
}

Duration Vcpu::switch_to(const UserProcess& process) {
  if (last_process_ == &process) return Duration{0};
  last_process_ = &process;
  return steps_.switch_process(*this);
}

Duration Vcpu::wake() {
  const Duration cost = steps_.leave_halt(*this);
  cpu_.add_busy_time(cost);
  const Duration blocked = steps_.halt_latency(*this) + machine_.cpus.wake(thread_);
  const bool polled = polled_for();
  halt_polling_.waited(machine_.calendar.now() - halted_at_);
  return polled ? cost : blocked + cost;
}

void Vcpu::idle() {
  count_exits(1);
  ++counters_.halts;
  halted_at_ = machine_.calendar.now();
  // While the host polls for it, its CPU is anybody's: KVM polls only as long as nobody else wants to run.
  machine_.cpus.sleep(thread_);
}

Process Vcpu::serve_interrupts() {
  while (true) {
    co_await interrupt_raised_.wait();
    while (PendingInterrupt* const interrupt = pending_interrupts_.pop_front()) {
      interrupt->pending = false;
      machine_.counters.add(Count::kDeliveries);
      ++counters_.interrupts;
      count_exits(1);  // its completion
      co_await spend(steps_.interrupt(*this), Work::kInterrupt);
      co_await handlers_.handle_interrupt(*this, interrupt->queue);
    }
    while (UserProcess* const process = expired_.pop_front()) {
      count_exits(2);  // arming the timer, and the interrupt's completion
      co_await spend(steps_.timer_interrupt(*this), Work::kTimer);
      const Duration owed = wake_process(*process, process->place(*this));
      co_await spend(owed, Work::kWakeProcess);
    }
    cpu_.release();
  }
}

Process Vcpu::serve_ipis() {
  while (true) {
    co_await ipi_arrived_.wait();
    ipi_pending_ = false;
    ++counters_.ipis;
    count_exits(1);  // its completion
    co_await spend(steps_.receive_ipi(*this), Work::kIpi);
    while (Command* const command = called_.pop_front()) raise_softirq(*command);
    while (UserProcess* const process = woken_.pop_front()) process->wake();
    cpu_.release();
  }
}

Process Vcpu::serve_softirq() {
  while (true) {
    co_await softirq_raised_.wait();
    Duration owed{0};
    while (Command* const command = completed_.pop_front()) {
      fetch_ahead(completed_.front());
      const InterruptHandlers::CompletionLocks locks = handlers_.completion_locks(*command);
      Duration locked{0};
      if (locks.host != nullptr) {
        locked = steps_.unbusy(*this);
        co_await locks.host->hold_or_owe(cpu_, locked, owed, Work::kUnbusy);
      }
      if (locks.lun != nullptr) {
        const Duration work = steps_.hold_lun(*this, 0);
        locked += work;
        co_await locks.lun->hold(cpu_, work, Work::kRequestQueue);
      }
      owed += handlers_.draw_completion(*this, *command);
      if (locked > Duration{0}) command->stages->serve_more<Stage::kSoftirq>(locked);
      co_await spend(owed, Work::kSoftirqDone);
      const InterruptHandlers::Completion completion = handlers_.complete(*this, *command);
      owed = completion.owed;
      if (locks.host != nullptr) co_await locks.host->hold_or_owe(cpu_, steps_.unbusy(*this), owed, Work::kUnbusy);
      if (completion.others_wait) {
        co_await spend(std::exchange(owed, Duration{0}), Work::kWakeProcess);
        co_await handlers_.hand_over(*this, *command);
      }
    }
    co_await spend(owed, Work::kWakeProcess);
    cpu_.release();
  }
}

}  // namespace vqlab::sim

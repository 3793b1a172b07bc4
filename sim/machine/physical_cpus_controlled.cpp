// Threads that are pinned, and the quota of CPU time that all threads of QEMU have together.
#include <algorithm>

#include "sim/machine/physical_cpus.hpp"

namespace vqlab::sim {

Duration PhysicalCpus::wake_controlled(HostThread& thread) {
  if (thread.cpu == HostThread::kNoCpu && thread.pinned != HostThread::kNoCpu) thread.cpu = thread.pinned;
  const bool own_is_idle = thread.cpu != HostThread::kNoCpu && cpus_[thread.cpu].idle;
  Duration latency{0};
  if (!own_is_idle && (thread.pinned != HostThread::kNoCpu || top_ == nullptr)) {
    find_cpu(thread);
  } else {
    if (!own_is_idle) move_to(thread, index_of(*top_));
    latency = run_on_idle(cpus_[thread.cpu], thread);
  }
  if (throttled_ && thread.time != nullptr) thread.time->lose_cpu(calendar_);
  return latency;
}

bool PhysicalCpus::sleeps_controlled(HostThread& thread) {
  // Its work ended as it was stopped: it works on nothing.
  if (throttled_ && thread.time != nullptr) thread.time->get_cpu(calendar_);
  return waiting_ > 0;
}

Process PhysicalCpus::enforce_quota() {
  while (true) {
    const Instant next = calendar_.now() + period_;
    const Duration used_before = busy_time();
    while (calendar_.now() < next) {
      const Duration left = quota_ - (busy_time() - used_before);
      if (left <= Duration{0}) {
        throttle();
        co_await calendar_.sleep(next - calendar_.now());
        unthrottle();
        break;
      }
      // It cannot be used up before: no more than all CPUs are busy.
      co_await calendar_.sleep(std::min(next - calendar_.now(), left / count_ + Duration{1}));
    }
  }
}

void PhysicalCpus::throttle() {
  set_running(running_);  // until now
  throttled_ = true;
  set_running(running_);
  for (Cpu& cpu : cpus_)
    if (cpu.current != nullptr && cpu.current->time != nullptr) cpu.current->time->lose_cpu(calendar_);
}

void PhysicalCpus::unthrottle() {
  set_running(running_);  // until now
  throttled_ = false;
  set_running(running_);
  for (Cpu& cpu : cpus_)
    if (cpu.current != nullptr) let_run(*cpu.current);
}

}  // namespace vqlab::sim

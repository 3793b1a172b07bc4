// Threads that are pinned, the quota of CPU time that all threads of QEMU have together, and limits by kind.
#include <algorithm>

#include "sim/machine/physical_cpus.hpp"

namespace vqlab::sim {

void PhysicalCpus::limit(HostThread& thread, ThreadKind kind) {
  const CpuQuota& allowed = of_kinds_[static_cast<std::size_t>(kind)];
  if (allowed.quota == Duration{0}) return;
  const bool shares = kind == ThreadKind::kEmulator && emulator_ != HostThread::kNoLimit;
  if (!shares) {
    limits_.push_back({.allowed = allowed});
    thread.limit = static_cast<std::uint32_t>(limits_.size() - 1);
    if (kind == ThreadKind::kEmulator) emulator_ = thread.limit;
    processes_.start(enforce(thread.limit));
  }
  if (shares) thread.limit = emulator_;
  limits_[thread.limit].members.push_back(&thread);
}

Duration PhysicalCpus::used(const Limit& limit) const noexcept {
  Duration sum = limit.used;
  for (const HostThread* thread : limit.members)
    if (thread->placed) sum += calendar_.now() - thread->since;
  return sum;
}

Process PhysicalCpus::enforce(std::uint32_t index) {
  while (true) {
    const Instant next = calendar_.now() + limits_[index].allowed.period;
    const Duration used_before = used(limits_[index]);
    while (calendar_.now() < next) {
      Limit& limit = limits_[index];
      const Duration left = limit.allowed.quota - (used(limit) - used_before);
      if (left > Duration{0}) {
        // It cannot be used up before: no more than all members run.
        const auto most = static_cast<Duration::rep>(std::max<std::size_t>(limit.members.size(), 1));
        co_await calendar_.sleep(std::min(next - calendar_.now(), (left + Duration{most - 1}) / most));
        continue;
      }
      limit.throttled = true;
      for (HostThread* const thread : limit.members)
        if (thread->placed || thread->waits) park(*thread);
      co_await calendar_.sleep(next - calendar_.now());
      limits_[index].throttled = false;
      const std::vector<HostThread*> members = limits_[index].members;
      for (HostThread* const thread : members) {
        if (!thread->parked) continue;
        thread->parked = false;
        (void)wake(*thread);
        if (thread->placed) let_run(*thread);
      }
      break;
    }
  }
}

// Who spins works on nothing: it sleeps, as if it had given its CPU to another one.
void PhysicalCpus::park(HostThread& thread) {
  const bool spins = thread.spins;
  if (spins && thread.placed) --spinning_;
  sleep(thread);
  if (spins) return;
  thread.parked = true;
  if (thread.time != nullptr) thread.time->lose_cpu(calendar_);
}

// It sleeps, whatever its limit says.
void PhysicalCpus::unpark(HostThread& thread) {
  thread.parked = false;
  if (thread.time != nullptr) thread.time->get_cpu(calendar_);
}

Duration PhysicalCpus::wake_controlled(HostThread& thread) {
  if (thread.limit != HostThread::kNoLimit && limits_[thread.limit].throttled) {
    set_running(running_ - 1);
    thread.parked = true;
    if (thread.time != nullptr) thread.time->lose_cpu(calendar_);
    return Duration{0};
  }
  if (thread.cpu == HostThread::kNoCpu && thread.pinned != HostThread::kNoCpu) thread.cpu = thread.pinned;
  const bool own_is_idle = thread.cpu != HostThread::kNoCpu && cpus_[thread.cpu].idle;
  Duration latency{0};
  if (!own_is_idle && (thread.pinned != HostThread::kNoCpu || top_ == nullptr)) {
    find_cpu(thread);
  } else {
    if (!own_is_idle) move_to(thread, places_.known() ? nearest_idle(thread) : index_of(*top_));
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

#include "sim/machine/physical_cpus.hpp"

namespace vqlab::sim {

PhysicalCpus::PhysicalCpus(Calendar& calendar, std::uint32_t count, const Cost& cstate, Duration cstate_ramp,
                           RandomStream random)
    : calendar_(calendar), cstate_(cstate), cstate_ramp_(cstate_ramp), random_(random), cpus_(count) {
  for (std::uint32_t cpu = count; cpu-- > 0;) idle_.push_back(cpu);
}

Duration PhysicalCpus::wake(HostThread& thread) {
  set_running(running_ + 1);
  if (running_ > count()) return Duration{0};
  if (thread.cpu == HostThread::kNoCpu || !cpus_[thread.cpu].idle) {
    while (!cpus_[idle_.back()].idle) idle_.pop_back();
    thread.cpu = idle_.back();
  }
  Cpu& cpu = cpus_[thread.cpu];
  cpu.idle = false;
  thread.placed = true;
  // The longer it was idle, the deeper it sleeps: latency * idle / (idle + ramp).
  const double idle = static_cast<double>((calendar_.now() - cpu.idle_since).count());
  const double depth = idle / (idle + static_cast<double>(cstate_ramp_.count()));
  return Duration{static_cast<std::int64_t>(static_cast<double>(cstate_.sample(random_).count()) * depth)};
}

void PhysicalCpus::sleep(HostThread& thread) {
  const bool crowded = running_ > count();
  set_running(running_ - 1);
  if (crowded) {
    // The CPU goes on with a thread that had none.
    if (thread.placed) orphans_.push_back(thread.cpu);
    thread.placed = false;
    return;
  }
  if (!thread.placed) {
    thread.cpu = orphans_.back();
    orphans_.pop_back();
  }
  thread.placed = false;
  cpus_[thread.cpu] = {calendar_.now(), true};
  // A CPU may stand in the stack more than once; only the top needs to be right.
  if (idle_.size() >= 4 * cpus_.size()) {
    idle_.clear();
    for (std::uint32_t cpu = 0; cpu < count(); ++cpu)
      if (cpus_[cpu].idle && cpu != thread.cpu) idle_.push_back(cpu);
  }
  idle_.push_back(thread.cpu);
}

void PhysicalCpus::set_running(std::uint32_t running) noexcept {
  busy_time_ = busy_time();
  busy_time_at_ = calendar_.now();
  running_ = running;
  if (running > count())
    slowdown_.set(running, count());
  else
    slowdown_.clear();
}

Duration PhysicalCpus::busy_time() const noexcept { return busy_time_ + (calendar_.now() - busy_time_at_) * busy(); }

}  // namespace vqlab::sim

#include "sim/machine/physical_cpus.hpp"

namespace vqlab::sim {

PhysicalCpus::PhysicalCpus(Calendar& calendar, const PhysicalCpuOptions& options, std::uint64_t seed)
    : calendar_(calendar),
      cstate_(options.cstate),
      cstate_ramp_(options.cstate_ramp),
      random_(seed, "host/cstate"),
      count_(options.count),
      cpus_(options.count),
      factors_(options.count + 1, 1.0),
      slowdown_(options.timeslice, RandomStream(seed, "host/preemption")) {
  for (std::uint32_t cpu = count_; cpu-- > 0;) push_idle(cpus_[cpu]);
  // Threads are placed without regard to cores, so a thread's sibling works with the probability that any CPU but its
  // own does.
  for (std::uint32_t busy = 2; busy <= count_; ++busy) {
    const double shared = static_cast<double>(busy - 1) / (count_ - 1);
    factors_[busy] = sibling_stretch(shared, options.sibling_speed);
  }
}

Duration PhysicalCpus::wake(HostThread& thread) {
  set_running(running_ + 1);
  if (running_ > count_) return Duration{0};
  if (thread.cpu == HostThread::kNoCpu || !cpus_[thread.cpu].idle)
    thread.cpu = static_cast<std::uint32_t>(top_ - cpus_.data());
  Cpu& cpu = cpus_[thread.cpu];
  take_idle(cpu);
  thread.placed = true;
  const double idle = static_cast<double>((calendar_.now() - cpu.idle_since).count());
  const double depth = cstate_share(idle, static_cast<double>(cstate_ramp_.count()));
  return Duration{static_cast<std::int64_t>(static_cast<double>(cstate_.sample(random_).count()) * depth)};
}

void PhysicalCpus::sleep(HostThread& thread) {
  const bool crowded = running_ > count_;
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
  cpus_[thread.cpu].idle_since = calendar_.now();
  push_idle(cpus_[thread.cpu]);
}

void PhysicalCpus::push_idle(Cpu& cpu) noexcept {
  cpu.idle = true;
  cpu.above = nullptr;
  cpu.below = top_;
  if (top_ != nullptr) top_->above = &cpu;
  top_ = &cpu;
}

void PhysicalCpus::take_idle(Cpu& cpu) noexcept {
  cpu.idle = false;
  (cpu.above == nullptr ? top_ : cpu.above->below) = cpu.below;
  if (cpu.below != nullptr) cpu.below->above = cpu.above;
}

void PhysicalCpus::set_running(std::uint32_t running) noexcept {
  busy_time_ = busy_time();
  busy_time_at_ = calendar_.now();
  running_ = running;
  slowdown_.set(factors_[busy()], running, count_);
}

Duration PhysicalCpus::busy_time() const noexcept { return busy_time_ + (calendar_.now() - busy_time_at_) * busy(); }

}  // namespace vqlab::sim

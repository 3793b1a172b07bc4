#include "sim/machine/physical_cpus.hpp"

#include <algorithm>

namespace vqlab::sim {

PhysicalCpus::PhysicalCpus(Calendar& calendar, const PhysicalCpuOptions& options, std::uint64_t seed)
    : calendar_(calendar),
      share_(options.share),
      eevdf_(options.eevdf),
      slices_(options.share.slices() || options.eevdf.on()),
      tick_(options.tick),
      cstate_(options.cstate),
      cstate_ramp_(options.cstate_ramp),
      random_(seed, "host/cstate"),
      count_(options.count),
      cpus_(options.count),
      slowdowns_(options.count + 1),
      queued_(calendar),
      processes_(calendar) {
  for (std::uint32_t cpu = count_; cpu-- > 0;) push_idle(cpus_[cpu]);
  // Threads are placed without regard to cores, so a thread's sibling works with the probability that any CPU but its
  // own does.
  for (std::uint32_t busy = 2; busy <= count_; ++busy) {
    const double shared = static_cast<double>(busy - 1) / (count_ - 1);
    slowdowns_[busy] = Slowdown(sibling_stretch(shared, options.sibling_speed));
  }
}

Duration PhysicalCpus::wake(HostThread& thread) {
  set_running(running_ + 1);
  if (top_ == nullptr) {
    if (slices_) find_cpu(thread);
    return Duration{0};
  }
  if (thread.cpu == HostThread::kNoCpu || !cpus_[thread.cpu].idle) move_to(thread, index_of(*top_));
  Cpu& cpu = cpus_[thread.cpu];
  take_idle(cpu);
  thread.had = share_.woken(thread.had, cpu.least);
  if (eevdf_.on()) [[unlikely]]
    begin_alone(cpu, thread);
  run_on(cpu, thread);
  const double idle = static_cast<double>((calendar_.now() - cpu.idle_since).count());
  const double depth = cstate_share(idle, static_cast<double>(cstate_ramp_.count()));
  return Duration{static_cast<std::int64_t>(static_cast<double>(cstate_.sample(random_).count()) * depth)};
}

void PhysicalCpus::sleep(HostThread& thread) {
  if (running_ > count_) {
    sleep_beside_others(thread);
    return;
  }
  set_running(running_ - 1);
  if (!thread.placed) {
    thread.cpu = orphans_.back();
    orphans_.pop_back();
  }
  thread.placed = false;
  Cpu& cpu = cpus_[thread.cpu];
  count_current(cpu);
  if (eevdf_.on()) [[unlikely]]
    leave(cpu, thread);
  cpu.current = nullptr;
  cpu.idle_since = calendar_.now();
  push_idle(cpu);
}

void PhysicalCpus::sleep_beside_others(HostThread& thread) {
  if (!slices_) {
    set_running(running_ - 1);
    // The CPU goes on with a thread that had none.
    if (thread.placed) {
      cpus_[thread.cpu].current = nullptr;
      orphans_.push_back(thread.cpu);
    }
    thread.placed = false;
    return;
  }
  Cpu& cpu = cpus_[thread.cpu];
  if (thread.waits) {
    // It lost its CPU at the same instant.
    set_running(running_ - 1);
    if (eevdf_.on()) [[unlikely]]
      leave(cpu, thread);
    dequeue(cpu, thread);
    if (thread.time != nullptr) thread.time->get_cpu(calendar_);
    return;
  }
  count_current(cpu);
  if (eevdf_.on()) [[unlikely]]
    leave(cpu, thread);
  cpu.current = nullptr;
  HostThread& next = *next_for(cpu);
  give_up(cpu, thread, next);
  if (next.time != nullptr) next.time->get_cpu(calendar_);
}

void PhysicalCpus::give_up(Cpu& cpu, HostThread& thread, HostThread& next) noexcept {
  set_running(running_ - 1);
  thread.placed = false;
  run_on(cpu, next);
}

void PhysicalCpus::move_to(HostThread& thread, std::uint32_t cpu) noexcept {
  if (thread.cpu != HostThread::kNoCpu) thread.had += cpus_[cpu].least - cpus_[thread.cpu].least;
  thread.cpu = cpu;
}

void PhysicalCpus::run_on(Cpu& cpu, HostThread& thread) noexcept {
  cpu.current = &thread;
  thread.placed = true;
  thread.since = thread.counted_to = calendar_.now();
}

void PhysicalCpus::count_current(Cpu& cpu) noexcept {
  if (cpu.current == nullptr) return;
  HostThread& current = *cpu.current;
  const Duration ran = calendar_.now() - current.counted_to;
  current.had += ran;
  if (eevdf_.on()) [[unlikely]]
    cpu.groups[current.group].had += ran;
  current.counted_to = calendar_.now();
  const Duration least = cpu.queue.empty() ? current.had : std::min(current.had, cpu.queue.front()->had);
  cpu.least = std::max(cpu.least, least);
}

void PhysicalCpus::begin_spinning(HostThread& thread) {
  thread.spins = true;
  if (waiting_ == 0 && thread.placed) {
    ++spinning_;
    return;
  }
  if (slices_) sleep(thread);
}

Duration PhysicalCpus::end_spinning(HostThread& thread) {
  thread.spins = false;
  if (thread.placed)
    --spinning_;
  else if (slices_)
    return wake(thread);
  return Duration{0};
}

PhysicalCpus::Cpu* PhysicalCpus::with_spinner(const HostThread& thread) noexcept {
  if (spinning_ == 0) return nullptr;
  const auto spins = [](const Cpu& cpu) { return cpu.current != nullptr && cpu.current->spins; };
  if (thread.cpu != HostThread::kNoCpu && spins(cpus_[thread.cpu])) return &cpus_[thread.cpu];
  const auto found = std::find_if(cpus_.begin(), cpus_.end(), spins);
  return found == cpus_.end() ? nullptr : &*found;
}

void PhysicalCpus::find_cpu(HostThread& thread) {
  if (Cpu* const cpu = with_spinner(thread)) {
    count_current(*cpu);
    HostThread& spinner = *cpu->current;
    if (eevdf_.on()) leave(*cpu, spinner);
    move_to(thread, index_of(*cpu));
    thread.had = share_.woken(thread.had, cpu->least);
    if (eevdf_.on()) begin_alone(*cpu, thread);
    --spinning_;
    give_up(*cpu, spinner, thread);
    return;
  }
  if (thread.cpu == HostThread::kNoCpu) {
    const auto shortest = std::min_element(cpus_.begin(), cpus_.end(),
                                           [](const Cpu& a, const Cpu& b) { return a.queue.size() < b.queue.size(); });
    thread.cpu = index_of(*shortest);
  }
  Cpu& cpu = cpus_[thread.cpu];
  count_current(cpu);
  if (eevdf_.on()) {
    join(cpu, thread);
    return;
  }
  thread.had = share_.woken(thread.had, cpu.least);
  if (share_.preempts(thread.had, cpu.current->had))
    preempt(cpu, thread);
  else
    enqueue(cpu, thread);
}

void PhysicalCpus::preempt(Cpu& cpu, HostThread& next) {
  HostThread& current = *cpu.current;
  current.placed = false;
  run_on(cpu, next);
  enqueue(cpu, current);
}

void PhysicalCpus::enqueue(Cpu& cpu, HostThread& thread) {
  const auto behind = std::upper_bound(cpu.queue.begin(), cpu.queue.end(), thread.had,
                                       [](Duration had, const HostThread* other) { return had < other->had; });
  cpu.queue.insert(behind, &thread);
  thread.waits = true;
  if (thread.time != nullptr) thread.time->lose_cpu(calendar_);
  if (waiting_++ > 0) return;
  if (!std::exchange(ticks_, true)) processes_.start(tick());
  queued_.signal();
}

void PhysicalCpus::dequeue(Cpu& cpu, HostThread& thread) noexcept {
  cpu.queue.erase(std::find(cpu.queue.begin(), cpu.queue.end(), &thread));
  thread.waits = false;
  --waiting_;
}

HostThread* PhysicalCpus::next_for(Cpu& cpu) noexcept {
  Cpu* from = &cpu;
  if (cpu.queue.empty()) {
    for (Cpu& other : cpus_)
      if (other.queue.size() > from->queue.size()) from = &other;
    if (from->queue.empty()) return nullptr;
  }
  HostThread& next = eevdf_.on() && from == &cpu ? *best_of(cpu, best_group(cpu)) : *from->queue.front();
  if (eevdf_.on() && from != &cpu) leave(*from, next);
  dequeue(*from, next);
  if (from == &cpu) return &next;
  move_to(next, index_of(cpu));
  if (eevdf_.on()) begin_alone(cpu, next);
  return &next;
}

Process PhysicalCpus::tick() {
  while (true) {
    co_await queued_.wait();
    while (waiting_ > 0) {
      // Ticks of all CPUs coincide.
      const Duration into = calendar_.now().time_since_epoch() % tick_;
      co_await calendar_.sleep(tick_ - into);
      for (Cpu& cpu : cpus_) {
        if (cpu.queue.empty()) continue;
        count_current(cpu);
        if (eevdf_.on()) {
          if (slice_is_over(cpu)) run_best(cpu);
          continue;
        }
        const HostThread& current = *cpu.current;
        const auto runnable = static_cast<std::uint32_t>(cpu.queue.size() + 1);
        if (!share_.slice_is_over(calendar_.now() - current.since, current.had, cpu.queue.front()->had, runnable))
          continue;
        HostThread& next = *next_for(cpu);
        preempt(cpu, next);
        if (next.time != nullptr) next.time->get_cpu(calendar_);
      }
    }
  }
}

Duration PhysicalCpus::average(const Cpu& cpu, std::uint32_t group) noexcept {
  Duration sum{0};
  for (const HostThread* const thread : cpu.queue)
    if (thread->group == group) sum += thread->had;
  if (cpu.current != nullptr && cpu.current->group == group) sum += cpu.current->had;
  return sum / cpu.groups[group].runnable;
}

Duration PhysicalCpus::average_of_groups(const Cpu& cpu) noexcept {
  Duration sum{0};
  std::int64_t groups = 0;
  for (const Cpu::Group& group : cpu.groups) {
    if (group.runnable == 0) continue;
    sum += group.had;
    ++groups;
  }
  return sum / groups;
}

void PhysicalCpus::leave(Cpu& cpu, HostThread& thread) const noexcept {
  Cpu::Group& group = cpu.groups[thread.group];
  eevdf_.leave(thread, average(cpu, thread.group));
  if (group.runnable == 1) eevdf_.leave(group, average_of_groups(cpu));
  --group.runnable;
}

void PhysicalCpus::begin_alone(Cpu& cpu, HostThread& thread) const noexcept {
  Cpu::Group& group = cpu.groups[thread.group];
  eevdf_.begin(thread);
  eevdf_.begin(group);
  ++group.runnable;
}

void PhysicalCpus::join(Cpu& cpu, HostThread& thread) {
  Cpu::Group& group = cpu.groups[thread.group];
  const std::uint32_t current_group = cpu.current->group;
  if (group.runnable > 0)
    eevdf_.join(thread, average(cpu, thread.group), group.runnable);
  else {
    eevdf_.begin(thread);
    eevdf_.join(group, average_of_groups(cpu), 1);
  }
  ++group.runnable;
  enqueue(cpu, thread);
  // Where the current thread and this one are in one group, the group's turn is not looked at.
  const bool comes_first =
      thread.group == current_group ? best_of(cpu, current_group) == &thread : best_group(cpu) == thread.group;
  if (slice_is_over(cpu) || comes_first) run_best(cpu);
}

bool PhysicalCpus::slice_is_over(Cpu& cpu) const noexcept {
  const bool of_thread = eevdf_.slice_is_over(*cpu.current);
  const bool of_group = eevdf_.slice_is_over(cpu.groups[cpu.current->group]);
  return of_thread || of_group;
}

std::uint32_t PhysicalCpus::best_group(const Cpu& cpu) noexcept {
  const Duration average = average_of_groups(cpu);
  if (cpu.current != nullptr && Eevdf::keeps(cpu.groups[cpu.current->group], average)) return cpu.current->group;
  const Cpu::Group* best = nullptr;
  for (const Cpu::Group& group : cpu.groups)
    if (group.runnable > 0 && Eevdf::comes_before(group, best, average)) best = &group;
  return static_cast<std::uint32_t>(best - cpu.groups.data());
}

HostThread* PhysicalCpus::best_of(const Cpu& cpu, std::uint32_t group) noexcept {
  const Duration average = PhysicalCpus::average(cpu, group);
  HostThread* best = nullptr;
  if (cpu.current != nullptr && cpu.current->group == group) {
    if (Eevdf::keeps(*cpu.current, average)) return cpu.current;
    if (cpu.current->had <= average) best = cpu.current;
  }
  for (HostThread* const thread : cpu.queue)
    if (thread->group == group && Eevdf::comes_before(*thread, best, average)) best = thread;
  return best;
}

void PhysicalCpus::run_best(Cpu& cpu) {
  HostThread& next = *best_of(cpu, best_group(cpu));
  if (&next == cpu.current) return;
  dequeue(cpu, next);
  preempt(cpu, next);
  if (next.time != nullptr) next.time->get_cpu(calendar_);
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
  slowdown_ = slowdowns_[busy()];
  if (running > count_ && !slices_) slowdown_.share(running, count_);
}

Duration PhysicalCpus::busy_time() const noexcept { return busy_time_ + (calendar_.now() - busy_time_at_) * busy(); }

}  // namespace vqlab::sim

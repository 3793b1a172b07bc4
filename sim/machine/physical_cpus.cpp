#include "sim/machine/physical_cpus.hpp"

#include <algorithm>

namespace vqlab::sim {
namespace {

bool is_controlled(const PhysicalCpuOptions& options) {
  return options.pinned || options.places.known() || options.quota > Duration{0} ||
         std::any_of(options.limits.begin(), options.limits.end(),
                     [](const CpuQuota& limit) { return limit.quota > Duration{0}; });
}

}  // namespace

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
      watched_(static_cast<std::uint8_t>((is_controlled(options) ? kControlled : 0) |
                                         (calendar.trace() != nullptr ? kTraced : 0))),
      quota_(options.quota),
      period_(options.period),
      of_kinds_(options.limits),
      cpus_(options.count),
      places_(options.places),
      beside_sibling_(1 / options.sibling_speed),
      slowdowns_(options.count + 1),
      queued_(calendar),
      processes_(calendar) {
  for (std::uint32_t cpu = count_; cpu-- > 0;) push_idle(cpus_[cpu]);
  // Threads are placed without regard to cores unless these are known, so a thread's sibling works with the probability
  // that any CPU but its own does.
  for (std::uint32_t busy = 2; busy <= count_ && !places_.known(); ++busy) {
    const double shared = static_cast<double>(busy - 1) / (count_ - 1);
    slowdowns_[busy] = Slowdown(sibling_stretch(shared, options.sibling_speed));
  }
  if (quota_ > Duration{0}) processes_.start(enforce_quota());
}

[[gnu::always_inline]] inline Duration PhysicalCpus::wake_alone(HostThread& thread) {
  if (top_ == nullptr) {
    if (slices_) find_cpu(thread);
    return Duration{0};
  }
  if (thread.cpu == HostThread::kNoCpu || !cpus_[thread.cpu].idle) move_to(thread, index_of(*top_));
  return run_on_idle(cpus_[thread.cpu], thread);
}

Duration PhysicalCpus::wake(HostThread& thread) {
  set_running(running_ + 1);
  if (watched_ != 0) [[unlikely]]
    return wake_watched(thread);
  return wake_alone(thread);
}

Duration PhysicalCpus::run_on_idle(Cpu& cpu, HostThread& thread) {
  take_idle(cpu);
  thread.had = share_.woken(thread.had, cpu.least);
  if (eevdf_.on()) [[unlikely]]
    begin_alone(cpu, thread);
  run_on(cpu, thread);
  const double idle = static_cast<double>((calendar_.now() - cpu.idle_since).count());
  const double depth = cstate_share(idle, static_cast<double>(cstate_ramp_.count()));
  return Duration{static_cast<std::int64_t>(static_cast<double>(cstate_.sample(random_).count()) * depth)};
}

[[gnu::always_inline]] inline void PhysicalCpus::sleep_alone(HostThread& thread) {
  set_running(running_ - 1);
  if (!thread.placed) {
    thread.cpu = orphans_.back();
    orphans_.pop_back();
  }
  take_off(thread);
  Cpu& cpu = cpus_[thread.cpu];
  count_current(cpu);
  if (eevdf_.on()) [[unlikely]]
    leave(cpu, thread);
  cpu.current = nullptr;
  cpu.idle_since = calendar_.now();
  push_idle(cpu);
}

void PhysicalCpus::sleep(HostThread& thread) {
  if (watched_ != 0) [[unlikely]]
    sleep_watched(thread);
  else if (running_ > count_)
    sleep_beside_others(thread);
  else
    sleep_alone(thread);
}

void PhysicalCpus::name(HostThread& thread, TraceSink::Kind kind, const std::string& name) {
  if (calendar_.trace() == nullptr) return;
  thread.traced = calendar_.trace()->add_thread(kind, name);
}

Duration PhysicalCpus::wake_watched(HostThread& thread) {
  if (thread.traced != TraceSink::kNobody) calendar_.trace()->wakes(thread.traced);
  const Duration latency = controlled() ? wake_controlled(thread) : wake_alone(thread);
  if (places_.known()) share_core(thread.cpu);
  tell_cpu(thread);
  return latency;
}

void PhysicalCpus::sleep_watched(HostThread& thread) {
  if (thread.traced != TraceSink::kNobody) calendar_.trace()->sleeps(thread.traced);
  if (thread.parked)
    unpark(thread);
  else if (controlled() ? sleeps_controlled(thread) : running_ > count_)
    sleep_beside_others(thread);
  else
    sleep_alone(thread);
  if (places_.known()) share_core(thread.cpu);
  tell_cpu(thread);
}

void PhysicalCpus::sleep_beside_others(HostThread& thread) {
  if (!slices_) {
    set_running(running_ - 1);
    // The CPU goes on with a thread that had none.
    if (thread.placed) {
      cpus_[thread.cpu].current = nullptr;
      orphans_.push_back(thread.cpu);
    }
    take_off(thread);
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
  HostThread* const next = next_for(cpu);
  if (next == nullptr) [[unlikely]] {  // all that wait are pinned to other CPUs
    set_running(running_ - 1);
    take_off(thread);
    cpu.idle_since = calendar_.now();
    push_idle(cpu);
    return;
  }
  give_up(cpu, thread, *next);
  let_run(*next);
}

void PhysicalCpus::let_run(HostThread& thread) {
  if (thread.time != nullptr && !throttled_) thread.time->get_cpu(calendar_);
}

void PhysicalCpus::give_up(Cpu& cpu, HostThread& thread, HostThread& next) noexcept {
  set_running(running_ - 1);
  take_off(thread);
  tell_cpu(thread);
  run_on(cpu, next);
  tell_cpu(next);
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
  if (thread.pinned != HostThread::kNoCpu) return nullptr;
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
  take_off(current);
  tell_cpu(current);
  run_on(cpu, next);
  tell_cpu(next);
  enqueue(cpu, current);
  if (places_.known()) share_core(index_of(cpu));
}

void PhysicalCpus::enqueue(Cpu& cpu, HostThread& thread) {
  const auto behind = std::upper_bound(cpu.queue.begin(), cpu.queue.end(), thread.had,
                                       [](Duration had, const HostThread* other) { return had < other->had; });
  cpu.queue.insert(behind, &thread);
  thread.waits = true;
  if (thread.time != nullptr) thread.time->lose_cpu(calendar_);
  set_waiting(waiting_ + 1);
  if (waiting_ > 1) return;
  if (!std::exchange(ticks_, true)) processes_.start(tick());
  queued_.signal();
}

void PhysicalCpus::dequeue(Cpu& cpu, HostThread& thread) noexcept {
  cpu.queue.erase(std::find(cpu.queue.begin(), cpu.queue.end(), &thread));
  thread.waits = false;
  set_waiting(waiting_ - 1);
}

void PhysicalCpus::set_waiting(std::uint32_t waiting) noexcept {
  if (controlled()) [[unlikely]]
    set_running(running_);  // until now
  waiting_ = waiting;
  if (controlled()) [[unlikely]]
    set_running(running_);
}

HostThread* PhysicalCpus::next_for(Cpu& cpu) noexcept {
  Cpu* from = &cpu;
  const auto first_to_move = [](const Cpu& other) {
    return std::find_if(other.queue.begin(), other.queue.end(),
                        [](const HostThread* thread) { return thread->pinned == HostThread::kNoCpu; });
  };
  if (cpu.queue.empty()) {
    for (Cpu& other : cpus_)
      if (other.queue.size() > from->queue.size() && first_to_move(other) != other.queue.end()) from = &other;
    if (from->queue.empty()) return nullptr;
  }
  HostThread& next = from != &cpu  ? **first_to_move(*from)
                     : eevdf_.on() ? *best_of(cpu, best_group(cpu))
                                   : *from->queue.front();
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
        let_run(next);
      }
    }
  }
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

Duration PhysicalCpus::busy_time() const noexcept { return busy_time_ + (calendar_.now() - busy_time_at_) * busy(); }

}  // namespace vqlab::sim

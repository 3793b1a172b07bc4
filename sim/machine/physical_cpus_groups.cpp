// How threads share a physical CPU with Eevdf, by themselves and in groups.
#include <algorithm>

#include "sim/machine/physical_cpus.hpp"

namespace vqlab::sim {

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
  let_run(next);
}

}  // namespace vqlab::sim

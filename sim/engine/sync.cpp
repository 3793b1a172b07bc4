#include "sim/engine/sync.hpp"

namespace vqlab::sim {

void SpinLock::Acquire::begin_told(Duration under_it, Duration before) {
  lock.tell_taken(cpu);
  cpu.begin_work(*this, under_it, before);
}

void SpinLock::tell_taken(const PriorityCpu& cpu) const {
  calendar_.trace()->takes(cpu.time().thread(), this, taken_at_);
}

void SpinLock::tell_spinning(const PriorityCpu& cpu) const { calendar_.trace()->spins(cpu.time().thread(), this); }

void SpinLock::tell_held(const PriorityCpu& cpu, Instant taken_at) const {
  calendar_.trace()->takes(cpu.time().thread(), this, taken_at);
  calendar_.trace()->releases(this, free_at_);
}

void SpinLock::tell_released() const { calendar_.trace()->releases(this, calendar_.now()); }

}  // namespace vqlab::sim

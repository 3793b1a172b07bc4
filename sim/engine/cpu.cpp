#include "sim/engine/cpu.hpp"

namespace vqlab::sim {

void PriorityCpu::claim_for(Claim& claim) {
  if (!serving_) {
    serving_ = true;
    begin_context(claim);
    claim.resource = ResourceId::kWakeUps;
    interruptible_ = false;
    const Duration latency = hooks_.wake();
    time_.begin(calendar_, claim, latency, claim.what);
    return;
  }
  waiting_[claim.level].push_back(claim);
  waiting_levels_ |= 1u << claim.level;
  if (claim.level < level_ && level_ >= kInterruptLevels && masked_ == 0 && interruptible_ && time_.works(calendar_))
    interrupt_step();
}

void PriorityCpu::interrupt_step() {
  const ThreadTime::Rest rest = time_.take_back(calendar_);
  Claim& step = static_cast<Claim&>(rest.step);
  step.work = rest.time;
  step.begun = true;
  give_way(step);
}

void PriorityCpu::give_way(Claim& claim) {
  waiting_[level_].push_front(claim);
  waiting_levels_ |= 1u << level_;
  serve_highest();
}

void PriorityCpu::go_on(Claim& step) {
  time_.begin(calendar_, step, step.work, step.what);
  interruptible_ = true;
}

void PriorityCpu::release() {
  ensure(serving_ && masked_ == 0, "only a served context with interrupts on releases its CPU");
  if (waiting_levels_ != 0) {
    serve_highest();
    return;
  }
  serving_ = false;
  hooks_.idle();
}

void PriorityCpu::begin_watched_context(Claim& claim) {
  if ((watched_ & kKeepsLevels) != 0) {
    by_level_ = busy_by_level();
    counted_ = busy_time();
  }
  if ((watched_ & kTraced) == 0) return;
  claim.thread = time_.thread();
  calendar_.trace()->serves(time_.thread(), claim.level);
}

void PriorityCpu::serve_highest() {
  const auto level = static_cast<std::uint32_t>(std::countr_zero(waiting_levels_));
  Claim& claim = static_cast<Claim&>(*waiting_[level].pop_front());
  if (waiting_[level].empty()) waiting_levels_ &= ~(1u << level);
  begin_context(claim);
  if (claim.work == kToBeServed)
    calendar_.make_ready(claim);
  else if (claim.work == kToGoOn)
    static_cast<Interruptible&>(claim).go_on(static_cast<Interruptible&>(claim));
  else if (claim.begun)
    go_on(claim);
  else
    work(claim);
}

}  // namespace vqlab::sim

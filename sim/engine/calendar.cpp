#include "sim/engine/calendar.hpp"

#include <algorithm>
#include <string>

#include "models/base/contract.hpp"

namespace vqlab::sim {

void Calendar::schedule_far(Step& step, Duration delay) {
  if (delay < Duration{0})
    contract_broken("a part of the simulation",
                    "a step takes " + std::to_string(delay.count()) + " ns; nothing takes less than 0");
  far_.insert(step);
}

void Calendar::add_to_order(Step& step) {
  step.place = Step::Place::kOrder;
  order_->add(step);
}

void Calendar::cancel(Step& step) {
  switch (step.place) {
    case Step::Place::kNowhere: return;
    case Step::Place::kList: ready_.remove(step); return;
    case Step::Place::kWheel: wheel_.remove(step); return;
    case Step::Place::kHeap: far_.remove(step); return;
    case Step::Place::kOrder:
      order_->remove(step);
      step.place = Step::Place::kNowhere;
      return;
  }
}

void Calendar::set_aside(Step& step) {
  if (step.place != Step::Place::kOrder) {
    cancel(step);
    return;
  }
  order_->set_aside(step);
  step.place = Step::Place::kNowhere;
}

// In line: run_until has nothing else to do.
[[gnu::always_inline]] inline Step* Calendar::advance(Instant horizon) noexcept {
  if (wheel_.empty()) [[unlikely]]
    return advance_to_far(horizon);
  const TimingWheel::Front near = wheel_.earliest(now_);
  const Instant when = near.step->when;
  if (far_.earliest_time() <= when) [[unlikely]]
    return advance_to_far(horizon);
  if (when > horizon) [[unlikely]]
    return nullptr;
  now_ = when;
  Step* const following = wheel_.remove_front(near);
  // Nearly always alone at its time, it never goes through the list.
  if (following != nullptr && following->when == when) [[unlikely]]
    make_ready_from({following, near.slot, near.others});
  return near.step;
}

Step* Calendar::advance_to_far(Instant horizon) noexcept {
  const Instant next = far_.earliest_time();
  if (next > horizon || next == FarHeap::kNever) return nullptr;
  const TimingWheel::Front near = wheel_.empty() ? TimingWheel::Front{} : wheel_.earliest(now_);
  now_ = next;
  // Of two steps for one time, the one in the heap was scheduled first: the span only moves forward.
  while (far_.earliest_time() == next) {
    Step& far = *far_.earliest();
    far_.remove(far);
    ready_.push_back(far);
  }
  make_ready_from(near);
  return ready_.pop_front();
}

void Calendar::make_ready_from(TimingWheel::Front near) noexcept {
  while (near.step != nullptr && near.step->when == now_) {
    Step* const following = wheel_.remove_front(near);
    ready_.push_back(*near.step);
    near.step = following;
  }
}

template <bool kTraced>
inline Instant Calendar::run_steps(Instant horizon) {
  while (true) {
    Step* step = ready_.pop_front();
    if (step == nullptr) {
      step = advance(horizon);
      if (step == nullptr) break;
    }
    ++steps_run_;
    if constexpr (kTraced) trace_->runs(step->thread);
    step->process.resume();
    if (interrupted_) [[unlikely]]
      return now_;
  }
  now_ = horizon;
  return now_;
}

Instant Calendar::run_until(Instant horizon) {
  ensure(horizon >= now_, "the calendar cannot run backwards");
  interrupted_ = false;
  if (order_ != nullptr) return run_in_order(horizon);
  return trace_ != nullptr ? run_steps<true>(horizon) : run_steps<false>(horizon);
}

Instant Calendar::run_in_order(Instant horizon) {
  while (Step* const step = order_->next(horizon)) {
    step->place = Step::Place::kNowhere;
    now_ = std::max(now_, step->when);
    ++steps_run_;
    step->process.resume();
    if (interrupted_) return now_;
  }
  now_ = horizon;
  return now_;
}

}  // namespace vqlab::sim

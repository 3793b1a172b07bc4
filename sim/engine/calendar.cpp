#include "sim/engine/calendar.hpp"

#include <algorithm>

namespace vqlab::sim {

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

bool Calendar::advance(Instant horizon) noexcept {
  Step* near = wheel_.earliest(now_);
  Step* far = far_.earliest();
  if (near == nullptr && far == nullptr) return false;
  const Instant next = far == nullptr || (near != nullptr && near->when <= far->when) ? near->when : far->when;
  if (next > horizon) return false;
  now_ = next;
  // Of two steps for one time, the one in the heap was scheduled first: the span only moves forward.
  for (; far != nullptr && far->when == next; far = far_.earliest()) {
    far_.remove(*far);
    ready_.push_back(*far);
  }
  while (near != nullptr && near->when == next) {
    Step* const following = near->next;
    wheel_.remove(*near);
    ready_.push_back(*near);
    near = following;
  }
  return true;
}

Instant Calendar::run_until(Instant horizon) {
  ensure(horizon >= now_, "the calendar cannot run backwards");
  interrupted_ = false;
  if (order_ != nullptr) return run_in_order(horizon);
  do {
    while (Step* const step = ready_.pop_front()) {
      ++steps_run_;
      step->process.resume();
      if (interrupted_) [[unlikely]]
        return now_;
    }
  } while (advance(horizon));
  now_ = horizon;
  return now_;
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

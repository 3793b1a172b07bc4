// The calendar: simulated time in integer nanoseconds, and the steps that wait for it.
//
// Steps run in the order (time, order of scheduling). A step that is made ready runs at the current time, after those
// that were ready before.
#pragma once

#include "sim/engine/far_heap.hpp"
#include "sim/engine/step.hpp"
#include "sim/engine/timing_wheel.hpp"
#include "sim/engine/trace_sink.hpp"

namespace vqlab::sim {

// The seam for whoever wants to decide itself which step runs next: the tree that the tests compare with, and orders in
// which any pending step may be next, whatever its time.
class StepOrder {
 public:
  virtual ~StepOrder() = default;
  // The step waits to run at `step.when`; it may be removed before.
  virtual void add(Step& step) = 0;
  virtual void remove(Step& step) = 0;
  // The step's work is interrupted: it is added again for the rest of it.
  virtual void set_aside(Step& step) { remove(step); }
  // Takes out the step to run next, or null if none may run up to `horizon`.
  virtual Step* next(Instant horizon) = 0;
};

class Calendar {
 public:
  // With an `order`, it decides; it must outlive the calendar.
  // With a `trace`, it hears what is done; it must outlive the calendar, too, and there is no order then.
  explicit Calendar(StepOrder* order = nullptr, TraceSink* trace = nullptr) : order_(order), trace_(trace) {
    ensure(order == nullptr || trace == nullptr, "a run that is recorded has the calendar's own order");
  }
  Calendar(const Calendar&) = delete;
  Calendar& operator=(const Calendar&) = delete;

  [[nodiscard]] Instant now() const noexcept { return now_; }
  // Who records the run; null: nobody.
  [[nodiscard]] TraceSink* trace() const noexcept { return trace_; }
  // Steps run so far.
  [[nodiscard]] std::uint64_t steps_run() const noexcept { return steps_run_; }

  // Precondition: the step waits nowhere. A delay below 0 ends the process (models/base/contract.hpp).
  void schedule(Step& step, Duration delay) {
    step.when = now_ + delay;
    if (order_ != nullptr) [[unlikely]]
      add_to_order(step);
    else if (delay == Duration{0})
      ready_.push_back(step);
    else if (TimingWheel::spans(delay)) [[likely]]
      wheel_.insert(step);
    else
      schedule_far(step, delay);
  }

  // The step runs at the current time, after those that are ready already.
  void make_ready(Step& step) {
    step.when = now_;
    if (order_ != nullptr) [[unlikely]]
      add_to_order(step);
    else
      ready_.push_back(step);
  }

  // Takes a scheduled step back; nothing happens if it is not scheduled. Precondition: it waits in no other list.
  void cancel(Step& step);
  // The same for a step whose work is interrupted, and which is scheduled again for the rest of it.
  void set_aside(Step& step);

  // Runs every step up to and including `horizon`, then sets the clock to it; returns early, with the clock at the
  // last step's time, if one called interrupt(). Returns the clock.
  Instant run_until(Instant horizon);

  // Makes run_until return after the current step.
  void interrupt() noexcept { interrupted_ = true; }

  // Awaitable: the process goes on after `delay`, which is spent on `resource`.
  [[nodiscard]] auto sleep(Duration delay, ResourceId resource = ResourceId::kNone) noexcept {
    struct Awaiter {
      Calendar& calendar;
      Duration delay;
      ResourceId resource;
      Step step{};
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> process) {
        step.process = process;
        step.resource = resource;
        calendar.schedule(step, delay);
      }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this, delay, resource};
  }

 private:
  void add_to_order(Step& step);
  // A delay that is too long for the wheel, or below 0, which ends the process: somebody has drawn it.
  void schedule_far(Step& step, Duration delay);
  // Moves the clock to the next time at which steps wait; the first of them is the result, the others are ready. Null
  // if that time is after the horizon. Precondition: no step is ready.
  Step* advance(Instant horizon) noexcept;
  // The same, if the heap has the earliest step.
  Step* advance_to_far(Instant horizon) noexcept;
  // The steps of the wheel's slot, from this one on, that wait for the current time.
  void make_ready_from(TimingWheel::Front near) noexcept;
  Instant run_in_order(Instant horizon);
  template <bool kTraced>
  [[gnu::always_inline]] Instant run_steps(Instant horizon);

  Instant now_{};
  StepList ready_;
  bool interrupted_ = false;
  std::uint64_t steps_run_ = 0;
  StepOrder* order_;
  TraceSink* trace_;
  FarHeap far_;
  TimingWheel wheel_;
};

}  // namespace vqlab::sim

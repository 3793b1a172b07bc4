// The work of a thread that may lose its CPU in the middle of it.
#pragma once

#include <utility>

#include "sim/engine/calendar.hpp"

namespace vqlab::sim {

class ThreadTime {
 public:
  // `step` runs when the thread has had a CPU for `time` more. Precondition: the thread works on nothing else.
  void begin(Calendar& calendar, Step& step, Duration time) {
    step_ = &step;
    ends_ = calendar.now() + time;
    if (!off_) [[likely]] {
      calendar.schedule(step, time);
      return;
    }
    left_ = time;
  }

  // The same for the caller, awaitable; the time is spent on `resource`.
  [[nodiscard]] auto work(Calendar& calendar, Duration time, ResourceId resource) noexcept {
    struct Awaiter {
      ThreadTime& thread;
      Calendar& calendar;
      Duration time;
      ResourceId resource;
      Step step{};
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> process) {
        step.process = process;
        step.resource = resource;
        thread.begin(calendar, step, time);
      }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this, calendar, time, resource};
  }

  // Whether it has not done yet what it works on.
  [[nodiscard]] bool works(const Calendar& calendar) const noexcept {
    return step_ != nullptr && (off_ ? left_ > Duration{0} : ends_ > calendar.now());
  }
  struct Rest {
    Step& step;
    Duration time;
  };
  // It works on nothing any more; the result is what is left to do. Precondition: works().
  [[nodiscard]] Rest take_back(Calendar& calendar) {
    Step& step = *std::exchange(step_, nullptr);
    if (off_) return {step, left_};
    calendar.set_aside(step);
    return {step, ends_ - calendar.now()};
  }

  // It has no CPU from now on, if it had one. What ends at this instant still ends.
  void lose_cpu(Calendar& calendar) {
    if (std::exchange(off_, true)) return;
    off_since_ = calendar.now();
    if (step_ == nullptr || ends_ <= calendar.now()) {
      step_ = nullptr;
      return;
    }
    calendar.cancel(*step_);
    left_ = ends_ - calendar.now();
  }
  // It has one again.
  void get_cpu(Calendar& calendar) {
    if (!std::exchange(off_, false)) return;
    without_cpu_ += calendar.now() - off_since_;
    if (step_ != nullptr) begin(calendar, *step_, left_);
  }

  // Time so far for which it has wanted to run and had no CPU.
  [[nodiscard]] Duration without_cpu(Instant now) const noexcept {
    return off_ ? without_cpu_ + (now - off_since_) : without_cpu_;
  }

 private:
  bool off_ = false;
  Step* step_ = nullptr;  // runs when the work is done; may be gone after `ends_`, unless it has no CPU
  Instant ends_{};
  Duration left_{0};  // while it has no CPU
  Instant off_since_{};
  Duration without_cpu_{0};  // until then
};

}  // namespace vqlab::sim

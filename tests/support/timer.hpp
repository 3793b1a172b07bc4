// A wait that others may bring forward, put off or call off.
#pragma once

#include "sim/engine/calendar.hpp"

namespace vqlab::test {

// One process waits for it. With no delay set it waits until somebody sets one.
class Timer {
 public:
  explicit Timer(sim::Calendar& calendar) : calendar_(calendar) {}

  struct Wait {
    Timer& timer;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> process) const noexcept {
      timer.step_.process = process;
      timer.waited_for_ = true;
    }
    void await_resume() const noexcept { timer.waited_for_ = false; }
  };
  [[nodiscard]] Wait wait() noexcept { return {*this}; }

  // Precondition: a process waits.
  void set(Duration delay) {
    calendar_.cancel(step_);
    calendar_.schedule(step_, delay);
  }
  void cancel() { calendar_.cancel(step_); }

  [[nodiscard]] bool waited_for() const noexcept { return waited_for_; }

 private:
  sim::Calendar& calendar_;
  sim::Step step_;
  bool waited_for_ = false;
};

}  // namespace vqlab::test

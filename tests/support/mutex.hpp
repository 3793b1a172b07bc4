// What processes of tests wait for each other with, and the simulator needs nowhere: a mutex and a semaphore that put
// their waiters to sleep, first come first served.
#pragma once

#include <cstdint>

#include "sim/engine/calendar.hpp"

namespace vqlab::test {

// A lock whose waiters sleep; handed over in order.
class Mutex {
 public:
  explicit Mutex(sim::Calendar& calendar) : calendar_(calendar) {}

  struct Acquire {
    Mutex& mutex;
    sim::Step step{};

    [[nodiscard]] bool await_ready() noexcept {
      if (mutex.held_) return false;
      mutex.held_ = true;
      return true;
    }
    void await_suspend(std::coroutine_handle<> process) noexcept {
      step.process = process;
      mutex.waiting_.push_back(step);
    }
    void await_resume() const noexcept {}
  };

  // Awaitable: goes on holding the mutex.
  [[nodiscard]] Acquire acquire() noexcept { return {*this}; }

  // Precondition: the caller holds it.
  void release() {
    if (sim::Step* const next = waiting_.pop_front())
      calendar_.make_ready(*next);
    else
      held_ = false;
  }

 private:
  sim::Calendar& calendar_;
  sim::StepList waiting_;
  bool held_ = false;
};

// A counting semaphore.
class Semaphore {
 public:
  explicit Semaphore(sim::Calendar& calendar, std::uint32_t count = 0) : calendar_(calendar), count_(count) {}

  struct Acquire {
    Semaphore& semaphore;
    sim::Step step{};

    [[nodiscard]] bool await_ready() noexcept { return semaphore.try_acquire(); }
    void await_suspend(std::coroutine_handle<> process) noexcept {
      step.process = process;
      semaphore.waiting_.push_back(step);
      ++semaphore.waiters_;
    }
    void await_resume() const noexcept {}
  };

  // Awaitable: takes one unit.
  [[nodiscard]] Acquire acquire() noexcept { return {*this}; }

  // Takes one unit if there is one.
  [[nodiscard]] bool try_acquire() noexcept {
    if (count_ == 0) return false;
    --count_;
    return true;
  }

  void post() {
    if (sim::Step* const next = waiting_.pop_front()) {
      --waiters_;
      calendar_.make_ready(*next);
    } else {
      ++count_;
    }
  }

  [[nodiscard]] std::uint32_t waiters() const noexcept { return waiters_; }

 private:
  sim::Calendar& calendar_;
  sim::StepList waiting_;
  std::uint32_t waiters_ = 0;
  std::uint32_t count_;
};

}  // namespace vqlab::test

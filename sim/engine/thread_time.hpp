// The work of a thread that may lose its CPU in the middle of it.
#pragma once

#include <utility>

#include "sim/engine/calendar.hpp"

namespace vqlab::sim {

class ThreadTime {
 public:
  // `step` runs when the thread has had a CPU for `time` more, in which it does `work`. Precondition: the thread works
  // on nothing else.
  void begin(Calendar& calendar, Step& step, Duration time, Work work = Work::kNone) {
    step_ = &step;
    ends_ = calendar.now() + time;
    if (watched_ == 0) [[likely]] {
      calendar.schedule(step, time);
      return;
    }
    begin_watched(calendar, step, time, work);
  }

  // The same for the caller, awaitable; the time is spent on `resource`.
  [[nodiscard]] auto work(Calendar& calendar, Duration time, ResourceId resource, Work work = Work::kNone) noexcept {
    struct Awaiter {
      ThreadTime& thread;
      Calendar& calendar;
      Duration time;
      ResourceId resource;
      Work work;
      Step step{};
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> process) {
        step.process = process;
        step.resource = resource;
        thread.begin(calendar, step, time, work);
      }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this, calendar, time, resource, work};
  }

  // From now on the calendar's TraceSink hears of it as this thread.
  void be_traced(TraceSink::Thread thread) noexcept {
    thread_ = thread;
    watched_ |= kTraced;
  }
  [[nodiscard]] TraceSink::Thread thread() const noexcept { return thread_; }

  // Whether it has not done yet what it works on.
  [[nodiscard]] bool works(const Calendar& calendar) const noexcept {
    return step_ != nullptr && (off() ? left_ > Duration{0} : ends_ > calendar.now());
  }
  struct Rest {
    Step& step;
    Duration time;
  };
  // It works on nothing any more; the result is what is left to do. Precondition: works().
  [[nodiscard]] Rest take_back(Calendar& calendar) {
    Step& step = *std::exchange(step_, nullptr);
    if (off()) return {step, left_};
    calendar.set_aside(step);
    if (traced()) calendar.trace()->stops(thread_, false);
    return {step, ends_ - calendar.now()};
  }

  // It has no CPU from now on, if it had one. What ends at this instant still ends.
  void lose_cpu(Calendar& calendar) {
    if (off()) return;
    watched_ |= kOff;
    off_since_ = calendar.now();
    if (traced()) calendar.trace()->stops(thread_, true);
    if (step_ == nullptr || ends_ <= calendar.now()) {
      step_ = nullptr;
      return;
    }
    calendar.cancel(*step_);
    left_ = ends_ - calendar.now();
  }
  // It has one again.
  void get_cpu(Calendar& calendar) {
    if (!off()) return;
    watched_ &= static_cast<std::uint8_t>(~kOff);
    without_cpu_ += calendar.now() - off_since_;
    if (step_ != nullptr) begin(calendar, *step_, left_, work_);
  }

  // Time so far for which it has wanted to run and had no CPU.
  [[nodiscard]] Duration without_cpu(Instant now) const noexcept {
    return off() ? without_cpu_ + (now - off_since_) : without_cpu_;
  }

 private:
  static constexpr std::uint8_t kOff = 1;     // it has no CPU
  static constexpr std::uint8_t kTraced = 2;  // somebody records what it does

  [[nodiscard]] bool off() const noexcept { return (watched_ & kOff) != 0; }
  [[nodiscard]] bool traced() const noexcept { return (watched_ & kTraced) != 0; }
  void begin_watched(Calendar& calendar, Step& step, Duration time, Work work);

  std::uint8_t watched_ = 0;
  Work work_ = Work::kNone;  // while it is traced: what it works on
  TraceSink::Thread thread_ = TraceSink::kNobody;
  Step* step_ = nullptr;  // runs when the work is done; may be gone after `ends_`, unless it has no CPU
  Instant ends_{};
  Duration left_{0};  // while it has no CPU
  Instant off_since_{};
  Duration without_cpu_{0};  // until then
};

}  // namespace vqlab::sim

// What processes wait for each other with. All queues are FIFO and intrusive.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "models/base/cost.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/cpu.hpp"

namespace vqlab::sim {

// What a lock costs beside the work under it: cache lines that move from one CPU to another.
struct LockTransfers {
  CostSampler line;             // the lock's own, once for each CPU that spins on it when it is handed over
  CostSampler protected_lines;  // all that it protects, when another CPU held it last
  ResourceId resource;          // that the lock is
};

// A ticket spinlock, taken with local interrupts off: who waits burns its CPU's time.
class SpinLock {
 public:
  // All arguments must outlive the lock.
  SpinLock(Calendar& calendar, const LockTransfers& transfers, RandomStream& random)
      : calendar_(calendar),
        transfers_(transfers),
        random_(random),
        waiters_(calendar.trace() == nullptr ? 0 : kTraced) {}

  struct Acquire : PriorityCpu::Interruptible {
    SpinLock& lock;
    Duration first_work;
    Instant since;

    Acquire(SpinLock& acquired, PriorityCpu& owner, Duration work_under_it, Work claimed_for) noexcept
        : Interruptible(owner, claimed_for, [](Interruptible& self) { static_cast<Acquire&>(self).begin_masked(); }),
          lock(acquired),
          first_work(work_under_it) {}
    [[nodiscard]] bool await_ready() noexcept {
      if (cpu.must_give_way()) return false;
      cpu.mask(lock.transfers_.resource);
      if (lock.busy_for(cpu) || lock.last_ != &cpu || first_work != Duration{0}) return false;
      lock.take();
      if (lock.calendar_.trace() != nullptr) [[unlikely]]
        lock.tell_taken(cpu);
      return true;
    }
    void await_suspend(std::coroutine_handle<> waiting) {
      process = waiting;
      if (cpu.must_give_way()) [[unlikely]]
        cpu.give_way(*this);
      else
        begin();
    }

   private:
    void begin_masked() {
      cpu.mask(lock.transfers_.resource);
      begin();
    }
    void begin() {
      if (lock.held_) {
        wait();
        return;
      }
      resource = lock.transfers_.resource;
      // A section that is told its length gives the lock back by itself: who comes first is next.
      const Duration spinning = lock.busy_for(cpu) ? lock.until_free() : Duration{0};
      lock.take();
      Duration before{0};
      if (spinning > Duration{0}) {
        before = spinning + lock.transfers_.line.sample(lock.random_);
        lock.taken_at_ += spinning;
        lock.waited_ += before;
        cpu.add_busy_time(before);
      }
      const Duration under_it = lock.fetch(cpu) + first_work;
      if (lock.calendar_.trace() != nullptr) [[unlikely]]
        begin_told(under_it, before);
      else
        cpu.begin_work(*this, under_it, before);
    }
    void wait() {
      since = lock.calendar_.now();
      if (lock.calendar_.trace() != nullptr) [[unlikely]]
        lock.tell_spinning(cpu);
      cpu.begin_spinning();
      lock.waiting_.push_back(*this);
      ++lock.waiters_;
    }
    [[gnu::cold]] void begin_told(Duration under_it, Duration before);
  };

  // Awaitable: goes on holding the lock, interrupts of `cpu` off, after `work` of an idle machine's time under it and
  // what fetching the protected lines takes.
  // Precondition: the caller is served by `cpu`.
  [[nodiscard]] Acquire acquire(PriorityCpu& cpu, Duration work = Duration{0}, Work what = Work::kNone) noexcept {
    return {*this, cpu, work, what};
  }

  // A piece of work under the lock, which it gives back.
  struct Section : Acquire {
    using Acquire::Acquire;
    void await_resume() { lock.release(cpu); }
  };
  // Awaitable: as acquire(), and goes on when the work is done and the lock released.
  [[nodiscard]] Section hold(PriorityCpu& cpu, Duration work, Work what = Work::kNone) noexcept {
    return {*this, cpu, work, what};
  }

  // As a Section, but without a step of its own if the lock is free: it is free again after the work and what fetching
  // the lines takes, which the caller owes.
  struct OwedSection : Section {
    Duration& owed;
    bool waits = false;

    OwedSection(SpinLock& held, PriorityCpu& owner, Duration work_under_it, Work claimed_for, Duration& debt) noexcept
        : Section(held, owner, work_under_it, claimed_for), owed(debt) {}
    [[nodiscard]] bool await_ready() noexcept {
      waits = lock.busy_for(cpu);
      if (waits) [[unlikely]]
        return Section::await_ready();
      owed += lock.hold_free(cpu, first_work);
      return true;
    }
    void await_resume() {
      if (waits) [[unlikely]]
        Section::await_resume();
    }
  };
  // Awaitable: as hold(), or at once, and `owed` grows by the work.
  [[nodiscard]] OwedSection hold_or_owe(PriorityCpu& cpu, Duration work, Duration& owed,
                                        Work what = Work::kNone) noexcept {
    return {*this, cpu, work, what, owed};
  }

  // Precondition: the caller holds the lock and is served by `cpu`.
  void release(PriorityCpu& cpu) {
    cpu.unmask();
    held_time_ += calendar_.now() - taken_at_;
    if (waiters_ == 0)
      held_ = false;
    else
      pass_on();
  }

  // How many hold it or wait for it, sections without a step of their own apart.
  [[nodiscard]] std::uint32_t contenders() const noexcept { return waiters_ % kTraced + (held_ ? 1 : 0); }

  // Time spent waiting for it so far, all waiters together.
  [[nodiscard]] Duration waited() const noexcept { return waited_; }
  // Time that it has been held so far, on its way from one CPU to another included.
  [[nodiscard]] Duration held() const noexcept {
    if (!held_) return held_time_ - until_free();
    return held_time_ + (calendar_.now() - taken_at_);
  }

 private:
  [[nodiscard]] Duration until_free() const noexcept { return std::max(free_at_ - calendar_.now(), Duration{0}); }
  // What a CPU owes it does one after the other: it does not wait for a section of its own.
  [[nodiscard]] bool busy_for(const PriorityCpu& cpu) const noexcept {
    return held_ || (last_ != &cpu && free_at_ > calendar_.now());
  }
  void take() noexcept {
    held_ = true;
    taken_at_ = calendar_.now();
  }
  // The result is what the work and fetching the lines take, at whose end the lock is free. Precondition: it is free.
  [[nodiscard]] Duration hold_free(const PriorityCpu& cpu, Duration work) {
    const Duration owed = fetch(cpu) + work;
    const Duration held = cpu.stretched(owed);
    const Instant taken_at = std::max(free_at_, calendar_.now());
    free_at_ = taken_at + held;
    held_time_ += held;
    if (calendar_.trace() != nullptr) [[unlikely]]
      tell_held(cpu, taken_at);
    return owed;
  }
  // What the lock protects comes to this CPU.
  [[nodiscard]] Duration fetch(const PriorityCpu& cpu) {
    const PriorityCpu* const from = std::exchange(last_, &cpu);
    return from == nullptr || from == &cpu ? Duration{0} : transfers_.protected_lines.sample(random_);
  }

  // Somebody records it: this CPU has it; spins for it; has it for a section that ends by itself.
  [[gnu::cold]] void tell_taken(const PriorityCpu& cpu) const;
  [[gnu::cold]] void tell_spinning(const PriorityCpu& cpu) const;
  [[gnu::cold]] void tell_held(const PriorityCpu& cpu, Instant taken_at) const;
  [[gnu::cold]] void tell_released() const;

  // Somebody waits for it, or it is recorded.
  [[gnu::noinline]] void pass_on() {
    if (waiters_ >= kTraced) [[unlikely]]
      tell_released();
    if (waiting_.empty())
      held_ = false;
    else
      hand_over();
  }
  void hand_over() {
    Acquire& next = static_cast<Acquire&>(*waiting_.pop_front());
    taken_at_ = calendar_.now();
    const Duration transfer = transfers_.line.sample_times(waiters_-- % kTraced, random_);
    waited_ += calendar_.now() - next.since + transfer;
    const Duration until_it_runs = next.cpu.end_spinning();
    next.cpu.add_busy_time(transfer);
    next.resource = transfers_.resource;
    if (calendar_.trace() != nullptr) [[unlikely]]
      tell_taken(next.cpu);
    next.cpu.begin_work(next, fetch(next.cpu) + next.first_work, until_it_runs + transfer);
  }

  Calendar& calendar_;
  const LockTransfers& transfers_;
  RandomStream& random_;
  const PriorityCpu* last_ = nullptr;  // that held it
  StepList waiting_;
  static constexpr std::uint32_t kTraced = 1u << 31;
  std::uint32_t waiters_;  // and kTraced if it is recorded: one look at both
  bool held_ = false;
  Instant free_at_{};   // end of the last section of hold_free()
  Instant taken_at_{};  // may lie ahead, where that end does
  Duration held_time_{0};
  Duration waited_{0};
};

// An event with one listener, like an eventfd: signals that arrive before the listener waits are one signal.
class Event {
 public:
  explicit Event(Calendar& calendar) : calendar_(calendar) {}

  struct Wait {
    Event& event;
    Step step{};

    [[nodiscard]] bool await_ready() noexcept {
      if (!event.signalled_) return false;
      event.signalled_ = false;
      return true;
    }
    void await_suspend(std::coroutine_handle<> process) noexcept {
      ensure(event.listener_ == nullptr, "an event has one listener");
      step.process = process;
      event.listener_ = &step;
    }
    void await_resume() const noexcept {}
  };

  // Awaitable: goes on when signalled, and takes the signal.
  [[nodiscard]] Wait wait() noexcept { return {*this}; }

  // Whether the listener waits.
  [[nodiscard]] bool awaited() const noexcept { return listener_ != nullptr; }

  void signal() {
    if (listener_ == nullptr) {
      signalled_ = true;
      return;
    }
    calendar_.make_ready(*std::exchange(listener_, nullptr));
  }

 private:
  Calendar& calendar_;
  Step* listener_ = nullptr;
  bool signalled_ = false;
};

}  // namespace vqlab::sim

// A CPU that serves its contexts by priority.
//
// A context claims the CPU at a level (0 is the highest), spends time on it step by step, and releases it when it has
// nothing more to do. A higher level interrupts a lower one, in the middle of a step too; the interrupted context goes
// on before others of its level. A context that is masked, or whose level is that of interrupts, is not interrupted.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

#include "models/base/busy_time.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/slowdown.hpp"
#include "sim/engine/thread_time.hpp"

namespace vqlab::sim {

// What an idle CPU does and what waking it takes.
class IdleHooks {
 public:
  virtual ~IdleHooks() = default;
  // The CPU is claimed while idle: time until its first instruction.
  [[nodiscard]] virtual Duration wake() = 0;
  // No context is left.
  virtual void idle() = 0;
  // The served context spins for a lock from now on.
  virtual void spins() {}
  // It gets the lock: time until it goes on.
  [[nodiscard]] virtual Duration ends_spinning() { return Duration{0}; }
};

class PriorityCpu {
 public:
  static constexpr std::uint32_t kLevels = 4;
  static constexpr std::uint32_t kInterruptLevels = 2;  // the highest ones, whose contexts run with interrupts off

  // All arguments must outlive the CPU.
  PriorityCpu(Calendar& calendar, Slowdown& slowdown, IdleHooks& hooks)
      : calendar_(calendar), slowdown_(slowdown), hooks_(hooks) {}

  static constexpr Duration kToBeServed{-1};
  static constexpr Duration kToGoOn{-2};

  struct Claim : Step {
    PriorityCpu& cpu;
    std::uint32_t level;
    Duration work;       // this much time, once served; kToBeServed: none; kToGoOn: see Interruptible
    bool begun = false;  // the work was interrupted, and is the rest of it as this CPU takes it
    Work what;           // the work is, for who records it

    Claim(PriorityCpu& owner, std::uint32_t claimed_level, Duration claimed_work, Work claimed_for) noexcept
        : cpu(owner), level(claimed_level), work(claimed_work), what(claimed_for) {}
    [[nodiscard]] bool await_ready() const noexcept { return work == Duration{0}; }
    void await_suspend(std::coroutine_handle<> waiting) {
      process = waiting;
      if (work == kToBeServed)
        cpu.claim_for(*this);
      else
        cpu.spend_for(*this);
    }
    void await_resume() const noexcept {}
  };

  // What waits for the CPU while a higher level has it, and goes on by itself when served.
  struct Interruptible : Claim {
    void (*go_on)(Interruptible&);
    Interruptible(PriorityCpu& owner, Work claimed_for, void (*when_served)(Interruptible&)) noexcept
        : Claim(owner, owner.level_, kToGoOn, claimed_for), go_on(when_served) {}
  };

  // Awaitable: goes on when the CPU serves this context. Precondition: level < kLevels; the context has no claim.
  [[nodiscard]] Claim claim(std::uint32_t level) noexcept { return {*this, level, kToBeServed, Work::kLeaveHalt}; }

  // Awaitable: the served context works for `work` of an idle machine's time; nothing happens if it is 0.
  [[nodiscard]] Claim spend(Duration work, Work what = Work::kNone) noexcept { return {*this, level_, work, what}; }

  // `step` runs when the served context has worked for `work` of an idle machine's time, after `before`. Precondition:
  // masked, so that it gives way to nothing.
  void begin_work(Claim& step, Duration work, Duration before = Duration{0}) {
    const Duration stretched = slowdown_.of(work);
    add_busy_time(stretched);
    time_.begin(calendar_, step, before + stretched, step.what);
  }

  // Its thread's, whose CPU others may take.
  [[nodiscard]] ThreadTime& time() noexcept { return time_; }
  [[nodiscard]] const ThreadTime& time() const noexcept { return time_; }

  // What work takes from now on, while it keeps its CPU.
  [[nodiscard]] Duration stretched(Duration work) const noexcept { return slowdown_.of(work); }

  // The served context has nothing more to do. Precondition: not masked.
  void release();

  // Between mask() and unmask() no step gives way to a higher level: local interrupts are off. They nest. What is
  // worked meanwhile is spent on the last one's `resource`.
  void mask(ResourceId resource) noexcept {
    ++masked_;
    resource_ = resource;
  }
  void unmask() noexcept {
    if (--masked_ == 0) resource_ = ResourceId::kVcpus;
  }

  // Whether the served context must let a higher level go first: give_way() then.
  [[nodiscard]] bool must_give_way() const noexcept {
    return (waiting_levels_ & ((1u << level_) - 1)) != 0 && masked_ == 0;
  }
  // Precondition: must_give_way().
  void give_way(Claim& claim);

  // Whether a context is served or on its way.
  [[nodiscard]] bool busy() const noexcept { return serving_; }

  // Time worked so far, spinning for locks included.
  [[nodiscard]] Duration busy_time() const noexcept {
    if (spinning_) return busy_.so_far(spinning_since_) + (calendar_.now() - spinning_since_);
    return busy_.so_far(calendar_.now());
  }
  // From now on the time that it works is kept by level, too.
  void keep_levels() noexcept {
    watched_ |= kKeepsLevels;
    counted_ = busy_time();
  }
  // Time worked since then, by the level of the context that worked; waking up is that of the one it wakes for.
  [[nodiscard]] std::array<Duration, kLevels> busy_by_level() const noexcept {
    std::array<Duration, kLevels> by_level = by_level_;
    by_level[level_] += busy_time() - counted_;
    return by_level;
  }
  // From now on the calendar's TraceSink hears of it as this thread.
  void be_traced(TraceSink::Thread thread) noexcept {
    time_.be_traced(thread);
    watched_ |= kTraced;
  }
  // It is busy for `time` from now on.
  void add_busy_time(Duration time) noexcept { busy_.add(calendar_.now(), time); }
  // The served context spins from now on, until it gets a lock.
  void begin_spinning() {
    spinning_ = true;
    spinning_since_ = calendar_.now();
    hooks_.spins();
  }
  // The result is the time until it goes on.
  [[nodiscard]] Duration end_spinning() {
    spinning_ = false;
    busy_.add(spinning_since_, calendar_.now() - spinning_since_);
    return hooks_.ends_spinning();
  }

 private:
  void claim_for(Claim& claim);
  void spend_for(Claim& claim) {
    if (must_give_way()) [[unlikely]]
      give_way(claim);
    else
      work(claim);
  }
  void work(Claim& claim) {
    claim.resource = resource_;
    begin_work(claim, claim.work);
    interruptible_ = true;
  }
  // The served context is in the middle of a step, which goes on later.
  void interrupt_step();
  // With the rest of a step that was interrupted.
  void go_on(Claim& step);
  void serve_highest();
  // This one is served from now on.
  void begin_context(Claim& claim) {
    if (watched_ != 0) [[unlikely]]
      begin_watched_context(claim);
    level_ = claim.level;
  }
  void begin_watched_context(Claim& claim);

  static constexpr std::uint8_t kKeepsLevels = 1;
  static constexpr std::uint8_t kTraced = 2;

  Calendar& calendar_;
  Slowdown& slowdown_;
  IdleHooks& hooks_;
  std::array<StepList, kLevels> waiting_;
  std::uint32_t waiting_levels_ = 0;  // bit n: level n waits
  std::uint32_t level_ = 0;
  std::uint32_t masked_ = 0;
  bool interruptible_ = false;  // what the thread works on is a step of a context, and no wake-up
  bool serving_ = false;
  ResourceId resource_ = ResourceId::kVcpus;  // that work is spent on
  ThreadTime time_;
  BusyTime busy_;
  std::uint8_t watched_ = 0;  // each time when another context is served
  std::array<Duration, kLevels> by_level_{};
  Duration counted_{0};  // of its busy time, in these
  bool spinning_ = false;
  Instant spinning_since_{};
};

// What a context of a CPU waits for with nothing to do: when it is signalled, it claims a CPU at once, so that the CPU
// that another context is about to release does not halt in between. One listener; signals that arrive before it waits
// are one signal.
class CpuEvent {
 public:
  explicit CpuEvent(std::uint32_t level) noexcept : level_(level) {}

  class Wait {
   public:
    explicit Wait(CpuEvent& event) noexcept : event_(event) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> process) {
      process_ = process;
      if (PriorityCpu* const cpu = std::exchange(event_.signalled_, nullptr)) {
        claim(*cpu);
        return;
      }
      ensure(event_.listener_ == nullptr, "an event has one listener");
      event_.listener_ = this;
    }
    void await_resume() const noexcept {}

   private:
    friend CpuEvent;
    void claim(PriorityCpu& cpu) {
      claim_.emplace(cpu, event_.level_, PriorityCpu::kToBeServed, Work::kLeaveHalt).await_suspend(process_);
    }

    CpuEvent& event_;
    std::coroutine_handle<> process_;
    std::optional<PriorityCpu::Claim> claim_;
  };

  // Awaitable: goes on when signalled and served.
  [[nodiscard]] Wait wait() noexcept { return Wait(*this); }

  // The listener is to go on, on `cpu`, which must outlive the wait.
  void signal(PriorityCpu& cpu) {
    if (listener_ != nullptr)
      std::exchange(listener_, nullptr)->claim(cpu);
    else
      signalled_ = &cpu;
  }

 private:
  std::uint32_t level_;
  Wait* listener_ = nullptr;
  PriorityCpu* signalled_ = nullptr;
};

}  // namespace vqlab::sim

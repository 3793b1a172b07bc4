// The runnable processes of a vCPU: who runs, who waits, and who is next. The rules are those of Linux's fair scheduler
// as of 3.6 to 3.10: the process with the least virtual runtime is next.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/testbed/scheduler.hpp"
#include "sim/guest/user_process.hpp"

namespace vqlab::sim {

class RunQueue {
 public:
  explicit RunQueue(const SchedulerRules& rules) : rules_(rules) {}

  // Who runs, or has been picked; null: nobody.
  [[nodiscard]] UserProcess* current() const noexcept { return current_; }
  // Processes that are runnable, the current one included, and their weights.
  [[nodiscard]] std::uint32_t runnable() const noexcept {
    return static_cast<std::uint32_t>(waiting_.size()) + (current_ != nullptr ? 1 : 0);
  }
  [[nodiscard]] std::uint32_t weight() const noexcept { return weight_; }
  // What a process that comes from another vCPU measures its virtual runtime by.
  [[nodiscard]] std::int64_t least_vruntime() const noexcept { return least_vruntime_; }

  // The process, which slept, is the current one from now on if nobody else is runnable: true. Else it waits; it may be
  // due before the current one, see preempts().
  [[nodiscard]] bool wake(UserProcess& process, Instant now) {
    account(now);
    // Who slept long is not owed all of that time.
    process.vruntime = std::max(process.vruntime, least_vruntime_ - rules_.sleeper_credit.count());
    if (current_ == nullptr && waiting_.empty()) {
      weight_ += process.weight;
      begin(process, now);
      return true;
    }
    wait_behind_current(process, now);
    return false;
  }
  // The process, which waited or ran elsewhere, waits from now on.
  void receive(UserProcess& process, Instant now);
  // The next one is the current one from now on; null if none waits. Precondition: there is no current one.
  UserProcess* pick(Instant now);
  // The current one sleeps, ends, or goes elsewhere.
  void stop(Instant now);

  // Whether the current one must let another one run: its slice is over, or a process has woken that is far behind it.
  [[nodiscard]] bool preempts(Instant now) {
    if (waiting_.empty()) return false;
    if (now >= tick_at_) tick(now);
    return due_ && !stays(now);
  }
  // It waits from now on. Precondition: preempts().
  void put_back(Instant now);

  // Takes out a process that waits, has not run since `cold` and may run on the vCPU `to`; the one that would be picked
  // last. Null if none is.
  UserProcess* take(Instant cold, std::uint32_t to);

 private:
  struct Waiting {
    std::int64_t vruntime;
    std::uint64_t order;  // of equals, who came first
    UserProcess* process;
    const void* frame;  // the process's, to be fetched ahead
  };
  [[nodiscard]] static bool later(const Waiting& a, const Waiting& b) noexcept {
    return a.vruntime != b.vruntime ? a.vruntime > b.vruntime : a.order > b.order;
  }

  void begin(UserProcess& process, Instant now) noexcept {
    current_ = &process;
    accounted_ = slice_began_ = now;
    due_ = false;
  }
  void wait_behind_current(UserProcess& process, Instant now);
  void insert(UserProcess& process, Instant now);
  // Accounts for what the current one has run.
  void account(Instant now) noexcept {
    if (current_ == nullptr || !rules_.slices()) return;
    current_->vruntime += weighted(now - std::exchange(accounted_, now), current_->weight);
    const std::int64_t ran = current_->vruntime;
    least_vruntime_ = std::max(least_vruntime_, waiting_.empty() ? ran : std::min(ran, waiting_.front().vruntime));
  }
  // A time of the clock as virtual runtime of a process of this weight.
  [[nodiscard]] static std::int64_t weighted(Duration time, std::uint32_t weight) noexcept {
    if (weight == UserProcess::kNormalWeight) [[likely]]
      return time.count();
    return time.count() * UserProcess::kNormalWeight / weight;
  }
  // The timer's tick: is the slice over?
  void tick(Instant now) noexcept;
  // Of one that is due: it is first again.
  [[nodiscard]] bool stays(Instant now) noexcept;

  SchedulerRules rules_;
  UserProcess* current_ = nullptr;
  Instant accounted_{};  // what the current one has run is accounted for until here
  Instant slice_began_{};
  Instant tick_at_{};
  bool due_ = false;              // the current one is to be preempted
  std::vector<Waiting> waiting_;  // a heap, the least virtual runtime first
  std::uint64_t arrivals_ = 0;
  std::uint32_t weight_ = 0;
  std::int64_t least_vruntime_ = 0;  // never falls
};

}  // namespace vqlab::sim

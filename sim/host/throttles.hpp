// The throttle groups of QEMU's block layer: requests of disks with limits wait here, disk by disk and direction by
// direction, until the group's leaky buckets let them go.
//
// A group has one timer for each direction. It runs in the thread that has taken the request which is next. When it is
// due, that request goes, and after it whatever else need not wait; then the timer is set for the next one, disk after
// disk in turn.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/backend/leaky_buckets.hpp"
#include "models/base/fifo.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/engine/process.hpp"
#include "sim/engine/sync.hpp"
#include "sim/host/host_request.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

struct ThrottledDisk;

// Set when its event is signalled.
struct ThrottleTimer {
  bool write = false;
  ThrottledDisk* turn = nullptr;  // whose request it is set for; if it is not set, whose the last one was
  bool set = false;
  Duration delay{0};
  Event begins;
  ThrottleTimer* next = nullptr;

  explicit ThrottleTimer(Calendar& calendar) : begins(calendar) {}
};

// What a thread that serves queues is told of the requests that were held.
struct ThrottleInbox {
  Fifo<ThrottleTimer> due{};     // which it is to run in its next iteration
  Fifo<HostRequest> released{};  // which it is to hand over
  std::function<void()> tell{};  // wakes it

  [[nodiscard]] bool empty() const noexcept { return due.empty() && released.empty(); }
};

struct ThrottleGroup {
  LeakyBuckets buckets;
  std::vector<ThrottledDisk*> disks{};
  std::array<ThrottleTimer, 2> timers;  // by direction

  ThrottleGroup(Calendar& calendar, const Throttling& limits)
      : buckets(limits), timers{ThrottleTimer(calendar), ThrottleTimer(calendar)} {}
};

// In its group.
struct ThrottledDisk {
  ThrottleGroup* group;
  std::size_t number;
  std::array<Fifo<HostRequest>, 2> waiting{};  // by direction

  [[nodiscard]] bool waits(bool write) const noexcept { return !waiting[write].empty(); }
};

class Throttles {
 public:
  // References must outlive the object.
  Throttles(Machine& machine, const Testbed& testbed);

  // True if the request waits, from now on in its stage kThrottle; `inbox` gets it back. False: it goes, at once.
  [[nodiscard]] bool hold(HostRequest& request, ThrottleInbox& inbox);
  // Precondition: the timer is due, and the caller is the thread that was told.
  void run(ThrottleTimer& timer);

 private:
  Process tick(ThrottleTimer& timer);
  // Whose turn it is when `current` has had its own.
  [[nodiscard]] static ThrottledDisk& next_turn(ThrottledDisk& current, bool write) noexcept;
  // True if the next request of this disk has to wait: a timer is set, or was.
  [[nodiscard]] bool must_wait(ThrottledDisk& disk, bool write);
  void set(ThrottleGroup& group, bool write, ThrottledDisk& disk, Duration delay);
  // A request of this disk goes.
  static void account(ThrottledDisk& disk, const HostRequest& request) noexcept;
  // One of this disk has gone: sets the timer for the next one. True if it is of this disk, and goes at once.
  [[nodiscard]] bool schedule_next(ThrottledDisk& disk, bool write);
  // The first that waits on this disk goes, and after it those that need not wait.
  void release(ThrottledDisk& disk, bool write);

  Machine& machine_;
  std::deque<ThrottleGroup> groups_;
  std::deque<ThrottledDisk> disks_;
  std::vector<ThrottledDisk*> by_unit_;  // null: without limits
  ProcessGroup processes_;
};

// Null if no disk has limits, or its requests do not pass QEMU's block layer.
[[nodiscard]] std::unique_ptr<Throttles> make_throttles(Machine& machine, const Testbed& testbed);

}  // namespace vqlab::sim

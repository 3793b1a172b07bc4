// The bridge to SimGrid: it owns platform, master clock and coarse actors; the calendar runs inside it.
//
// Only simgrid_*.cpp may include SimGrid's headers; everybody else sees this face. One world in each process: SimGrid
// keeps one engine for a process's whole life.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/engine/calendar.hpp"

namespace vqlab::sim {

// A machine of the platform. Speeds in Hz, bandwidth in bytes per second.
struct PlatformHost {
  std::string name;
  std::uint32_t cores;
  double core_speed;
  double memory_bandwidth;  // of all cores together; 0: none of its own
};

// A coarse actor's own view of the world. Only valid inside the actor's body.
class CoarseActor {
 public:
  virtual ~CoarseActor() = default;
  // Sleeps for `time` of simulated time; the calendar runs meanwhile.
  virtual void sleep(Duration time) = 0;
  // The same, but wake() on the world ends it early. True if it was woken.
  virtual bool sleep_unless_woken(Duration time) = 0;
};

class SimGridWorld {
 public:
  // Precondition: no other world was made in this process. `order` and `trace` as in Calendar.
  explicit SimGridWorld(const std::vector<PlatformHost>& hosts, StepOrder* order = nullptr, TraceSink* trace = nullptr);
  ~SimGridWorld();
  SimGridWorld(const SimGridWorld&) = delete;
  SimGridWorld& operator=(const SimGridWorld&) = delete;

  [[nodiscard]] Calendar& calendar() noexcept;

  // The capacities as SimGrid holds them. Precondition: a host of this name was given.
  [[nodiscard]] PlatformHost host(const std::string& name) const;

  // An actor on a host of the platform. The world runs as long as one that is no daemon lives; daemons end with it. The
  // calendar stands at the actor's time whenever the body runs.
  enum class Kind : std::uint8_t { kActor, kDaemon };
  void add_actor(const std::string& name, const std::string& host, Kind kind, std::function<void(CoarseActor&)> body);

  // To be called from a step of the calendar: leaves the batch, so that SimGrid's clock is right, and then wakes the
  // actors in sleep_unless_woken().
  void wake();

  // Runs until the last actor has ended.
  void run();

  // SimGrid's clock, in seconds: stale inside a batch.
  [[nodiscard]] static double clock_s();
  [[nodiscard]] static std::string simgrid_version();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vqlab::sim

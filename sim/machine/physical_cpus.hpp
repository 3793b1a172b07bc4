// The host's physical CPUs, shared by all its threads: vCPUs, main loop, workers and other tenants.
//
// A thread that wakes takes the CPU that it used last if that one is idle, else the one that became idle last, and pays
// for the C-state which that CPU has sunk into. CPUs are hardware threads: two of a core slow each other down. When
// more threads run than there are CPUs, they take them from each other.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/cost.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/slowdown.hpp"

namespace vqlab::sim {

// A thread of the host. It begins asleep.
struct HostThread {
  static constexpr std::uint32_t kNoCpu = 0xffffffff;
  std::uint32_t cpu = kNoCpu;  // where it runs or last ran
  bool placed = false;         // runs on `cpu`; false: it sleeps, or found none idle
};

struct PhysicalCpuOptions {
  std::uint32_t count = 1;
  double sibling_speed = 1;  // of a CPU while the other one of its core works; 1: cores have one CPU
  Duration timeslice{0};     // as in Slowdown
  Cost cstate{};             // latency of leaving the deepest C-state
  Duration cstate_ramp{1};   // idle time after which half of it applies
};

class PhysicalCpus {
 public:
  // Precondition: count > 0, 0 < sibling_speed <= 1.
  PhysicalCpus(Calendar& calendar, const PhysicalCpuOptions& options, std::uint64_t seed);

  // The thread wakes; the result is the latency of the C-state that its CPU leaves. Precondition: it sleeps.
  [[nodiscard]] Duration wake(HostThread& thread);
  // Precondition: the thread is awake.
  void sleep(HostThread& thread);

  // By how much work takes longer now. Lives as long as this object.
  [[nodiscard]] Slowdown& slowdown() noexcept { return slowdown_; }

  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  // CPU time in use so far: the integral of the number of busy CPUs.
  [[nodiscard]] Duration busy_time() const noexcept;

 private:
  struct Cpu {
    Instant idle_since{};
    bool idle = false;
    Cpu* above = nullptr;  // in the stack of idle CPUs
    Cpu* below = nullptr;
  };

  void push_idle(Cpu& cpu) noexcept;
  void take_idle(Cpu& cpu) noexcept;
  void set_running(std::uint32_t running) noexcept;
  [[nodiscard]] std::uint32_t busy() const noexcept { return running_ < count_ ? running_ : count_; }

  Calendar& calendar_;
  CostSampler cstate_;
  Duration cstate_ramp_;
  RandomStream random_;
  std::uint32_t count_;
  std::vector<Cpu> cpus_;
  Cpu* top_ = nullptr;                  // of the stack of idle CPUs: the last to become idle
  std::vector<std::uint32_t> orphans_;  // busy with threads that found no CPU when they woke
  std::uint32_t running_ = 0;
  std::vector<double> factors_;  // by which work is slower, by number of busy CPUs
  Slowdown slowdown_;
  Duration busy_time_{0};
  Instant busy_time_at_{};
};

}  // namespace vqlab::sim

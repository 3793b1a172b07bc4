// The host's physical CPUs, shared by all its threads: vCPUs, main loop, workers and other tenants.
//
// A thread that wakes takes the CPU that it used last if that one is idle, else the one that became idle last, and pays
// for the C-state which that CPU has sunk into. CPUs are hardware threads: two of a core slow each other down. A thread
// that finds no idle CPU waits for the one that it used last, or takes it from the current thread, as the fair
// scheduler says. A CPU that falls idle takes the next thread from the longest queue. A vCPU that spins for a lock
// gives its CPU to whoever else wants to run, and wakes when it gets the lock: KVM sees it pause (pause-loop exits,
// since 2009).
//
// A thread that is pinned runs on its CPU alone: it waits for it though others are idle. With a quota, all threads of
// QEMU stand still from when they have had so much CPU time in a period together until the next one begins (CFS
// bandwidth control). With limits by kind a thread stands still when its limit is used up, and gives its CPU to others.
//
// If it is known which CPUs share a core, a thread that wakes and finds its own CPU busy takes one of the nearest idle
// cores, and a step of work that begins while the other CPU of its core is busy is slowed down. Otherwise threads are
// slowed down alike, by how many CPUs are busy.
//
// With Eevdf the tenant's threads are a group of their own, as those of another session or control group are: groups
// share each CPU equally, however many threads they have.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/cost.hpp"
#include "models/base/cpu_places.hpp"
#include "models/base/eevdf.hpp"
#include "models/base/fair_share.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/process.hpp"
#include "sim/engine/slowdown.hpp"
#include "sim/engine/sync.hpp"
#include "sim/engine/thread_time.hpp"

namespace vqlab::sim {

// What a thread of QEMU is for libvirt: each vCPU and each iothread is limited by itself, all other threads together.
enum class ThreadKind : std::uint8_t { kVcpu, kIothread, kEmulator };
inline constexpr std::size_t kThreadKinds = 3;

// A thread of the host. It begins asleep.
struct HostThread : EevdfEntity {
  static constexpr std::uint32_t kNoLimit = 0xffffffff;
  static constexpr std::uint32_t kGroups = 2;
  static constexpr std::uint32_t kNoCpu = 0xffffffff;
  std::uint32_t pinned = kNoCpu;                  // the only CPU that it may run on
  std::uint32_t cpu = kNoCpu;                     // where it runs, last ran or waits
  bool placed = false;                            // runs on `cpu`; false: it sleeps or waits
  bool waits = false;                             // in the CPU's queue
  bool spins = false;                             // for a lock; if it has given up its CPU for so long, it sleeps
  ThreadTime* time = nullptr;                     // its work; null: whatever it does, nobody waits for it
  std::uint32_t group = 0;                        // that it shares CPUs with: that of QEMU; 1: the tenant's
  std::uint32_t limit = kNoLimit;                 // of its CPU time
  bool parked = false;                            // it would run if its limit were not used up
  Instant counted_to{};                           // `had` is of then, if it runs
  Instant since{};                                // it has the CPU
  TraceSink::Thread traced = TraceSink::kNobody;  // as which a TraceSink knows it
  Slowdown slowdown{};                            // of its work, while it has a CPU, if places are known
};

// CPU time in each period; 0: any.
struct CpuQuota {
  Duration quota{0};
  Duration period{0};
};

struct PhysicalCpuOptions {
  std::uint32_t count = 1;
  double sibling_speed = 1;  // of a CPU while the other one of its core works; 1: cores have one CPU
  FairShare share{};         // if neither has slices, all threads are slowed down alike when they are more than CPUs
  Eevdf eevdf{};             // takes its place if it is on
  Duration tick{1};          // period of the timer at which slices end
  Cost cstate{};             // latency of leaving the deepest C-state
  Duration cstate_ramp{1};   // idle time after which half of it applies
  bool pinned = false;       // some threads are: there are slices
  Duration quota{0};         // of CPU time in each period; 0: none. Otherwise there are slices, and no tenant
  Duration period{0};
  // By ThreadKind. If there are some, there are slices, and no `quota`.
  std::array<CpuQuota, kThreadKinds> limits{};
  CpuPlaces places{};  // if they are known there are slices
};

class PhysicalCpus {
 public:
  // Precondition: count > 0, 0 < sibling_speed <= 1.
  PhysicalCpus(Calendar& calendar, const PhysicalCpuOptions& options, std::uint64_t seed);

  // From now on the thread is limited as those of its kind are, if they are. Precondition: it has never been awake.
  void limit(HostThread& thread, ThreadKind kind);

  // Whoever records the run hears of the thread by this name. Precondition: it has never been awake.
  void name(HostThread& thread, TraceSink::Kind kind, const std::string& name);

  // The thread wakes. The result is the latency of the C-state that its CPU leaves. If it has to wait for a CPU, its
  // time stands still until it has one. Precondition: it sleeps.
  [[nodiscard]] Duration wake(HostThread& thread);
  // Precondition: the thread is awake.
  void sleep(HostThread& thread);

  // The thread does nothing but wait for a lock. Precondition: it is awake, and works on nothing.
  void begin_spinning(HostThread& thread);
  // It gets the lock. The result is as that of wake(). Precondition: begin_spinning().
  [[nodiscard]] Duration end_spinning(HostThread& thread);

  // By how much work of the thread takes longer now. Lives as long as this object and the thread.
  [[nodiscard]] Slowdown& slowdown(HostThread& thread) noexcept {
    return places_.known() ? thread.slowdown : slowdown_;
  }

  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  // CPU time in use so far: the integral of the number of busy CPUs.
  [[nodiscard]] Duration busy_time() const noexcept;

 private:
  struct Cpu {
    Instant idle_since{};
    bool idle = false;
    Cpu* above = nullptr;  // in the stack of idle CPUs
    Cpu* below = nullptr;
    HostThread* current = nullptr;
    std::vector<HostThread*> queue{};  // who has had the CPU least comes first
    Duration least{0};                 // that current or waiting threads have had it; never falls

    struct Group : EevdfEntity {
      std::uint32_t runnable = 0;
    };
    std::array<Group, HostThread::kGroups> groups{};  // kept with Eevdf alone
  };

  [[nodiscard]] bool controlled() const noexcept { return (watched_ & kControlled) != 0; }
  void push_idle(Cpu& cpu) noexcept;
  void take_idle(Cpu& cpu) noexcept;
  [[gnu::always_inline]] void set_running(std::uint32_t running) noexcept {
    busy_time_ = busy_time();
    busy_time_at_ = calendar_.now();
    running_ = running;
    slowdown_ = slowdowns_[busy()];
    if (running > count_ && !slices_) slowdown_.share(running, count_);
  }
  [[nodiscard]] std::uint32_t busy() const noexcept {
    if (watched_ != 0) [[unlikely]]
      if (controlled()) return throttled_ ? 0 : std::min(running_ - waiting_, count_);
    return running_ < count_ ? running_ : count_;
  }
  [[nodiscard]] std::uint32_t index_of(const Cpu& cpu) const noexcept {
    return static_cast<std::uint32_t>(&cpu - cpus_.data());
  }

  void move_to(HostThread& thread, std::uint32_t cpu) noexcept;
  void run_on(Cpu& cpu, HostThread& thread) noexcept;
  void count_current(Cpu& cpu) noexcept;
  // The thread that had the CPU sleeps from now on, and the next one has it. Precondition: count_current() is of now.
  void give_up(Cpu& cpu, HostThread& thread, HostThread& next) noexcept;
  // The CPU time of a thread, or of several together.
  struct Limit {
    CpuQuota allowed;
    Duration used{0};  // but for that of members since they have their CPU
    bool throttled = false;
    std::vector<HostThread*> members{};
  };
  [[nodiscard]] Duration used(const Limit& limit) const noexcept;
  Process enforce(std::uint32_t index);
  void park(HostThread& thread);
  void unpark(HostThread& thread);
  // The thread has no CPU any more.
  void take_off(HostThread& thread) noexcept {
    if (thread.placed && thread.limit != HostThread::kNoLimit) [[unlikely]]
      limits_[thread.limit].used += calendar_.now() - thread.since;
    thread.placed = false;
  }
  // wake() and sleep() where threads are pinned, have a quota or are recorded.
  [[nodiscard]] Duration wake_watched(HostThread& thread);
  void sleep_watched(HostThread& thread);
  // Tells who records it that the thread has, or has no longer, its CPU. Nothing if nobody does.
  void tell_cpu(const HostThread& thread) const {
    if (thread.traced != TraceSink::kNobody)
      calendar_.trace()->has_cpu(thread.traced, thread.placed ? thread.cpu : TraceSink::kNoCpu);
  }
  // wake() without any of that. running_ counts it already.
  [[nodiscard]] Duration wake_alone(HostThread& thread);
  // sleep() with no thread that waits.
  void sleep_alone(HostThread& thread);
  // wake() where threads are pinned or have a quota.
  [[nodiscard]] Duration wake_controlled(HostThread& thread);
  // Such a thread sleeps. Whether others wait.
  [[nodiscard]] bool sleeps_controlled(HostThread& thread);
  // The result is as that of wake().
  [[nodiscard]] Duration run_on_idle(Cpu& cpu, HostThread& thread);
  void find_cpu(HostThread& thread);
  // For a thread whose own CPU is busy. Preconditions: places are known; some CPU is idle.
  [[nodiscard]] std::uint32_t nearest_idle(const HostThread& thread) const noexcept;
  // Both CPUs of the core have the speed at which they work from now on, if they have current threads. Precondition:
  // places are known.
  void share_core(std::uint32_t cpu) noexcept;
  // The CPU of a thread that spins: the thread's own, else any; null if none does.
  [[nodiscard]] Cpu* with_spinner(const HostThread& thread) noexcept;
  void enqueue(Cpu& cpu, HostThread& thread);
  void dequeue(Cpu& cpu, HostThread& thread) noexcept;
  void preempt(Cpu& cpu, HostThread& next);
  // It has a CPU from now on.
  void let_run(HostThread& thread);
  // Keeps to the quota.
  Process enforce_quota();
  void throttle();
  void unthrottle();
  void set_waiting(std::uint32_t waiting) noexcept;
  // The next thread for a CPU whose current one sleeps: of its own queue, else of the longest; null if none waits that
  // may run there.
  [[nodiscard]] HostThread* next_for(Cpu& cpu) noexcept;
  void sleep_beside_others(HostThread& thread);
  Process tick();

  // With Eevdf. Averages are those of all that compete, the current one included.
  [[nodiscard]] static Duration average(const Cpu& cpu, std::uint32_t group) noexcept;
  [[nodiscard]] static Duration average_of_groups(const Cpu& cpu) noexcept;
  void leave(Cpu& cpu, HostThread& thread) const noexcept;
  void begin_alone(Cpu& cpu, HostThread& thread) const noexcept;
  // The thread wakes, and all CPUs are busy.
  void join(Cpu& cpu, HostThread& thread);
  [[nodiscard]] bool slice_is_over(Cpu& cpu) const noexcept;
  [[nodiscard]] static std::uint32_t best_group(const Cpu& cpu) noexcept;
  [[nodiscard]] static HostThread* best_of(const Cpu& cpu, std::uint32_t group) noexcept;
  void run_best(Cpu& cpu);

  Calendar& calendar_;
  FairShare share_;
  Eevdf eevdf_;
  bool slices_;
  Duration tick_;
  CostSampler cstate_;
  Duration cstate_ramp_;
  RandomStream random_;
  std::uint32_t count_;
  static constexpr std::uint8_t kControlled = 1;  // some threads are pinned, or there is a quota; there are slices
  static constexpr std::uint8_t kTraced = 2;      // somebody records what threads do
  std::uint8_t watched_;
  Duration quota_;
  Duration period_;
  bool throttled_ = false;
  std::array<CpuQuota, kThreadKinds> of_kinds_;
  std::vector<Limit> limits_;
  std::uint32_t emulator_ = HostThread::kNoLimit;  // that of all such threads
  std::vector<Cpu> cpus_;
  Cpu* top_ = nullptr;                  // of the stack of idle CPUs: the last to become idle
  std::vector<std::uint32_t> orphans_;  // without slices: busy with threads that found no CPU when they woke
  std::uint32_t running_ = 0;           // threads that do not sleep
  std::uint32_t waiting_ = 0;           // of them
  std::uint32_t spinning_ = 0;          // threads that spin on a CPU; none while others wait
  CpuPlaces places_;
  Slowdown beside_sibling_;
  std::vector<Slowdown> slowdowns_;  // by number of busy CPUs
  Slowdown slowdown_;
  Duration busy_time_{0};
  Instant busy_time_at_{};
  bool ticks_ = false;
  Event queued_;
  ProcessGroup processes_;
};

}  // namespace vqlab::sim

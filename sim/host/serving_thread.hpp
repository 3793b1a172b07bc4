// A thread of the host that serves queues: it works, and sleeps until somebody wakes it.
#pragma once

#include <concepts>
#include <string>

#include "models/base/busy_time.hpp"
#include "models/base/cpu_list.hpp"
#include "models/testbed/host_kind.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/sync.hpp"
#include "sim/host/host_request.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

class ServingThread {
 public:
  // Begins asleep. `name`: for who records it. `number`: among the threads that serve. References must outlive the
  // thread.
  ServingThread(Machine& machine, const Testbed& testbed, RandomStream random, const std::string& name,
                std::uint32_t number = 0)
      : machine_(machine),
        random_(random),
        slowdown_(machine.cpus.slowdown(thread_)),
        wake_up_(machine.calendar),
        wakeup_latency_(testbed.host_costs.loop_wakeup_ns, testbed.hardware.speed()) {
    thread_.time = &time_;
    machine.cpus.name(thread_, TraceSink::Kind::kServing, name);
    if (thread_.traced != TraceSink::kNobody) time_.be_traced(thread_.traced);
    const HostServerKind& server = *Registry<HostServerKind>::instance().find(testbed.host.server);
    machine.cpus.limit(thread_, server.iothreads ? ThreadKind::kIothread : ThreadKind::kEmulator);
    if (const auto cpu = pinned_cpu(testbed.host.server_cpus, number)) thread_.pinned = *cpu;
  }
  ServingThread(const ServingThread&) = delete;
  ServingThread& operator=(const ServingThread&) = delete;

  // It is a meter of ServingSteps.
  using Part = CostPart;
  using Times = std::uint32_t;

  // What a step with these parts takes.
  template <std::same_as<CostPart>... Parts>
  [[nodiscard]] Duration draw(const CostSampler& cost, const Parts&... parts) noexcept {
    return cost.sample_with(random_, parts...);
  }
  // What `count` steps of this cost take.
  [[nodiscard]] Duration draw_times(const CostSampler& cost, std::uint32_t count) noexcept {
    return cost.sample_times(count, random_);
  }
  // It works; awaitable. `what`: for who records it.
  [[nodiscard]] auto spend(Duration work, Work what) noexcept {
    const Duration stretched = slowdown_.of(work);
    busy_.add(machine_.calendar.now(), stretched);
    return time_.work(machine_.calendar, stretched, ResourceId::kMainLoop, what);
  }

  // What this work takes now, while nothing takes its CPU.
  [[nodiscard]] Duration stretched(Duration work) const noexcept { return slowdown_.of(work); }
  // What taking the request from its ring takes, which is `work` if the vCPU that wrote it shares a cache with this
  // thread; and this thread puts it into its used ring.
  [[nodiscard]] Duration take(const HostRequest& request, Duration work) const noexcept {
    if (machine_.hand_overs == nullptr) [[likely]]
      return work;
    return machine_.hand_overs->read(request.tag, thread_, request.lines, work);
  }
  void put(const HostRequest& request) const noexcept {
    if (machine_.hand_overs != nullptr) [[unlikely]]
      machine_.hand_overs->written(request.tag, thread_);
  }

  // There is something for it to do. True if that woke it.
  bool signal() {
    const bool woke = wake_up_.awaited();
    wake_up_.signal();
    return woke;
  }
  void sleep() { machine_.cpus.sleep(thread_); }
  // It sleeps until it is signalled; awaitable.
  [[nodiscard]] auto signalled() noexcept { return wake_up_.wait(); }
  // From then until its first instruction; awaitable.
  [[nodiscard]] auto wake() {
    ++wakeups_;
    const Duration latency = machine_.cpus.wake(thread_);
    return time_.work(machine_.calendar, latency + draw(wakeup_latency_), ResourceId::kWakeUps, Work::kWakeUp);
  }

  // For who records it: it does this from now on, without working, until it works or sleeps.
  void tell(Work what) const {
    if (thread_.traced != TraceSink::kNobody) [[unlikely]]
      machine_.calendar.trace()->works(thread_.traced, what, Instant::max());
  }

  // Time that it has worked so far.
  [[nodiscard]] Duration busy_time() const noexcept { return busy_.so_far(machine_.calendar.now()); }
  // How often it has been woken, and for how long it has wanted to run without a CPU.
  [[nodiscard]] std::uint64_t wakeups() const noexcept { return wakeups_; }
  [[nodiscard]] Duration without_cpu() const noexcept { return time_.without_cpu(machine_.calendar.now()); }

 private:
  Machine& machine_;
  RandomStream random_;
  HostThread thread_;
  Slowdown& slowdown_;
  ThreadTime time_;
  Event wake_up_;
  CostSampler wakeup_latency_;
  BusyTime busy_;
  std::uint64_t wakeups_ = 0;
};

}  // namespace vqlab::sim

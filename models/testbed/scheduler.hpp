// The rules by which the guest's kernel shares its vCPUs among processes: Linux's fair scheduler as of 3.6 to 3.10.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "models/testbed/testbed.hpp"

namespace vqlab {

struct SchedulerRules {
  // Within one vCPU. All are as the kernel scales them: times 1 + log2 of the number of CPUs, of 8 at most.
  Duration latency{0};  // in which each of a few processes runs once; 0: each runs until it sleeps
  Duration min_granularity{0};
  Duration wakeup_granularity{0};  // so far behind the current one must a process be that wakes and runs at once
  Duration sleeper_credit{0};
  Duration tick_interval{1};

  // Among vCPUs.
  Duration migration_cost{0};    // who has run within this time stays where its caches are
  Duration balance_interval{0};  // of a vCPU with nothing to do; 0: never
  bool shared_cache = false;     // vCPUs share their last cache

  SchedulerRules() = default;
  explicit SchedulerRules(const Testbed& testbed) {
    const GuestConfig& guest = testbed.guest;
    const auto scaled = [&guest](double ns) {
      return Duration{static_cast<std::int64_t>(ns * std::bit_width(std::min(guest.vcpus, 8u)))};
    };
    latency = scaled(guest.sched_latency_ns);
    min_granularity = scaled(guest.sched_min_granularity_ns);
    wakeup_granularity = scaled(guest.sched_wakeup_granularity_ns);
    sleeper_credit = latency / 2;
    tick_interval = Duration{static_cast<std::int64_t>(guest.tick_ns)};
    migration_cost = Duration{static_cast<std::int64_t>(guest.sched_migration_cost_ns)};
    if (guest.vcpus > 1 && !guest.pinned())
      balance_interval = Duration{static_cast<std::int64_t>(guest.balance_interval_ns * guest.vcpus)};
    shared_cache = guest.topology == "cores";
  }

  [[nodiscard]] bool slices() const noexcept { return latency > Duration{0}; }

  // What a process of this weight may run, of `runnable` ones that have `total_weight` together.
  [[nodiscard]] Duration slice(std::uint32_t weight, std::uint32_t total_weight,
                               std::uint32_t runnable) const noexcept {
    return std::max(latency, min_granularity * runnable) * weight / total_weight;
  }

  // When the timer ticks next.
  [[nodiscard]] Instant next_tick(Instant now) const noexcept {
    if (!slices()) return Instant::max();
    return Instant{(now.time_since_epoch() / tick_interval + 1) * tick_interval};
  }
};

}  // namespace vqlab

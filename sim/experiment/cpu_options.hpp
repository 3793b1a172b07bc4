// The physical CPUs of a testbed.
#pragma once

#include "models/testbed/testbed.hpp"
#include "sim/machine/physical_cpus.hpp"

namespace vqlab::sim {

[[nodiscard]] inline PhysicalCpuOptions cpu_options(const Testbed& testbed) {
  const Hardware& hardware = testbed.hardware;
  const auto duration = [](double ns) { return Duration{static_cast<std::int64_t>(ns)}; };
  const auto quota = [](std::uint32_t us) { return Duration{std::chrono::microseconds(us)}; };
  const bool eevdf = hardware.scheduler == "eevdf";
  return {.count = hardware.physical_cpus,
          .sibling_speed = hardware.speed_beside_sibling(),
          .share = eevdf ? FairShare()
                         : FairShare(hardware.sched_latency_ns, hardware.sched_min_granularity_ns,
                                     hardware.sched_wakeup_granularity_ns, hardware.physical_cpus),
          .eevdf =
              eevdf ? Eevdf(hardware.sched_base_slice_ns, duration(hardware.tick_ns), hardware.physical_cpus) : Eevdf(),
          .tick = duration(hardware.tick_ns),
          .cstate = testbed.host_costs.cstate_ns,
          .cstate_ramp = duration(testbed.host_costs.cstate_ramp_ns),
          .pinned = testbed.host.pins(),
          .quota = std::chrono::microseconds(testbed.host.cfs_quota_us),
          .period = std::chrono::microseconds(testbed.host.cfs_period_us),
          .limits = {{{quota(testbed.host.vcpu_quota_us), quota(testbed.host.vcpu_period_us)},
                      {quota(testbed.host.iothread_quota_us), quota(testbed.host.iothread_period_us)},
                      {quota(testbed.host.emulator_quota_us), quota(testbed.host.emulator_period_us)}}}};
}

}  // namespace vqlab::sim

// The physical CPUs of a testbed, and what handing requests over between them costs.
#pragma once

#include <memory>

#include "models/testbed/testbed.hpp"
#include "models/testbed/topology.hpp"
#include "sim/machine/hand_overs.hpp"
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
                      {quota(testbed.host.emulator_quota_us), quota(testbed.host.emulator_period_us)}}},
          .places = cpu_places(testbed)};
}

// Null: no CPU is nearer than another. `tags`: of requests.
[[nodiscard]] inline std::unique_ptr<HandOvers> hand_overs_of(const Testbed& testbed, std::uint32_t tags,
                                                              std::uint64_t seed) {
  const CpuPlaces places = cpu_places(testbed);
  if (!places.known()) return nullptr;
  const auto& costs = testbed.parts.get<Topology>();
  const auto of = [&testbed](const Cost& cost) { return CostSampler(cost, testbed.hardware.speed()); };
  return std::make_unique<HandOvers>(
      places, LineCosts{of(costs.core_line_ns), of(costs.die_line_ns), of(costs.node_line_ns)}, tags, seed);
}

}  // namespace vqlab::sim

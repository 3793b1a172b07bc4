// What the guest is configured with.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/params.hpp"

namespace vqlab {

// What the guest is configured with: vCPUs, kernel and driver. (sim::Guest is the one that runs.)
struct GuestConfig {
  std::uint32_t vcpus = 4;
  std::string driver = "multiqueue";
  std::string policy = "target_sticky";
  std::string buffer_api = "piecewise";
  std::string notify = "outside_lock";
  bool affinity_hints = true;
  std::string unhinted_delivery = "pinned";
  bool rq_affinity = true;
  std::string topology = "sockets";
  double sched_latency_ns = 6e6;
  double sched_min_granularity_ns = 750000;
  double sched_wakeup_granularity_ns = 1e6;
  double sched_migration_cost_ns = 500000;
  double tick_ns = 1e6;
  double balance_interval_ns = 1e6;
  std::string placement = "in_order";
  std::uint32_t pinned_vcpus = 0;
  std::uint32_t isolated_vcpus = 0;
  double migration_interval_ns = 0;
  std::uint32_t max_sectors_kb = 512;
  std::uint32_t nr_requests = 128;
  std::string scheduler = "auto";
  std::uint32_t nomerges = 0;
  bool host_busy_blocks = true;
  std::uint32_t mempool_commands = 0;
  bool drop_reqs_on_failed_add = true;

  // vCPUs that have queues and take interrupts. Precondition: isolated_vcpus < vcpus.
  [[nodiscard]] std::uint32_t housekeeping() const noexcept { return vcpus - isolated_vcpus; }
  [[nodiscard]] bool on_isolated() const { return placement == "isolated"; }
  // Each process stays where it begins.
  [[nodiscard]] bool pinned() const { return pinned_vcpus > 0 || on_isolated(); }
  // Processes begin on so many vCPUs, of which this is the first.
  [[nodiscard]] std::uint32_t homes() const {
    if (pinned_vcpus > 0) return pinned_vcpus;
    return on_isolated() ? isolated_vcpus : vcpus;
  }
  [[nodiscard]] std::uint32_t first_home() const { return on_isolated() ? housekeeping() : 0; }

  friend bool operator==(const GuestConfig&, const GuestConfig&) = default;
};
[[nodiscard]] const ParamTable& params_of(const GuestConfig*);

}  // namespace vqlab

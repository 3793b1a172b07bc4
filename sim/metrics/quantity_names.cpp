#include "sim/metrics/quantity_names.hpp"

#include <algorithm>
#include <string_view>

namespace vqlab {

const std::vector<std::string>& quantity_names() {
  static const std::vector<std::string> names{
      "bandwidth_mib_per_s",
      "iops",
      "bandwidth_bound_mib_per_s",
      "latency_mean_us",
      "latency_p50_us",
      "latency_p95_us",
      "latency_p99_us",
      "latency_p99_9_us",
      "kicks_per_io",
      "interrupts_per_io",
      "exits_per_io",
      "lock_wait_us_per_io",
      "queue_switches_per_io",
      "requeues_per_io",
      "reorders",
      "main_loop_utilization",
      "workers_busy_mean",
      "workers_utilization",
      "bus_utilization",
      "host_cpus_busy_mean",
      "host_cpus_utilization",
      "cpu_us_per_io",
      "fairness_jain",
      "host_lock_utilization",
      "target_lock_utilization",
      "queue_lock_utilization",
  };
  return names;
}

bool is_quantity_name(const std::string& name) {
  const std::vector<std::string>& names = quantity_names();
  if (std::find(names.begin(), names.end(), name) != names.end()) return true;
  constexpr std::string_view kBefore = "vcpu";
  constexpr std::string_view kAfter = "_utilization";
  if (name.size() <= kBefore.size() + kAfter.size() || name.compare(0, kBefore.size(), kBefore) != 0) return false;
  const std::size_t end = name.size() - kAfter.size();
  return name.compare(end, kAfter.size(), kAfter) == 0 &&
         std::all_of(name.begin() + kBefore.size(), name.begin() + static_cast<std::ptrdiff_t>(end),
                     [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace vqlab

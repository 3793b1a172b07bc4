// Load balancing: vCPUs with little to do take processes from others. The rules are those of Linux 3.6 to 3.10 for CPUs
// that are each a group of their own in one domain; what a vCPU has to do is an average over some ticks.
#pragma once

#include <cstdint>
#include <vector>

#include "models/testbed/scheduler.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/process.hpp"
#include "sim/guest/vcpu_set.hpp"

namespace vqlab::sim {

class LoadBalancer {
 public:
  // References must outlive the balancer.
  LoadBalancer(Calendar& calendar, const VcpuSet& vcpus, const SchedulerRules& rules)
      : calendar_(calendar), vcpus_(vcpus), rules_(rules) {}

  [[nodiscard]] bool acts() const noexcept { return rules_.balance_interval > Duration{0}; }

  // Balances for ever. Precondition: acts().
  [[nodiscard]] Process run();

 private:
  struct State {      // of a vCPU
    double load = 0;  // weight of its runnable processes, on average over some ticks
    Instant balances_at{};
    std::uint32_t failed = 0;  // attempts in a row that found a process to take, but none that could move
  };

  void look(Vcpu& vcpu, State& state) const;
  // Brings processes to this vCPU.
  void balance(std::uint32_t vcpu);
  // Where processes should come from: the one with the most to do beyond what it has time for. Null: nowhere.
  [[nodiscard]] Vcpu* busiest(std::uint32_t vcpu, double load_here) const;
  // What it has to do. The vCPU that balances sees itself with the higher of what it has now and on
  // average, others with the lower, so that little is moved to and fro.
  [[nodiscard]] double load(std::uint32_t vcpu, bool here) const;

  Calendar& calendar_;
  const VcpuSet& vcpus_;
  SchedulerRules rules_;
  std::vector<State> states_;
};

}  // namespace vqlab::sim

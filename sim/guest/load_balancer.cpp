#include "sim/guest/load_balancer.hpp"

#include <algorithm>

namespace vqlab::sim {
namespace {

constexpr std::uint32_t kBusyFactor = 64;   // a vCPU that runs something balances so many times less often
constexpr double kImbalance = 1.25;         // what differs by less is balanced
constexpr std::uint32_t kPatience = 1;      // failed attempts after which a process moves though its caches are hot,
constexpr std::uint32_t kMorePatience = 3;  // and though it runs
constexpr double kLoadWeight = 0.25;        // of the newest tick in the average load,

}  // namespace

Process LoadBalancer::run() {
  for (states_.resize(vcpus_.online());;) {
    co_await calendar_.sleep(rules_.tick_interval);
    for (std::uint32_t vcpu = 0; vcpu < vcpus_.online(); ++vcpu) look(vcpus_[vcpu], states_[vcpu]);
    for (std::uint32_t vcpu = 0; vcpu < vcpus_.online(); ++vcpu) {
      State& state = states_[vcpu];
      if (calendar_.now() < state.balances_at) continue;
      const bool idle = vcpus_[vcpu].has_no_process();
      balance(vcpu);
      state.balances_at = calendar_.now() + rules_.balance_interval * (idle ? 1 : kBusyFactor);
    }
  }
}

void LoadBalancer::look(Vcpu& vcpu, State& state) const {
  state.load += (vcpu.processes().weight() - state.load) * kLoadWeight;
}

double LoadBalancer::load(std::uint32_t vcpu, bool here) const {
  const double now = vcpus_[vcpu].processes().weight();
  const double average = states_[vcpu].load;
  return here ? std::max(now, average) : std::min(now, average);
}

Vcpu* LoadBalancer::busiest(std::uint32_t vcpu, double load_here) const {
  Vcpu* found = nullptr;
  double most = 0;
  for (std::uint32_t other = 0; other < vcpus_.online(); ++other) {
    if (other == vcpu || vcpus_[other].processes().runnable() <= 1) continue;
    if (const double its = load(other, false); its > most) {
      most = its;
      found = &vcpus_[other];
    }
  }
  if (found == nullptr || load_here >= most) return nullptr;
  if (vcpus_[vcpu].has_no_process()) return found;
  return most > kImbalance * load_here ? found : nullptr;
}

void LoadBalancer::balance(std::uint32_t vcpu) {
  Vcpu& here = vcpus_[vcpu];
  State& state = states_[vcpu];
  const double load_here = load(vcpu, true);
  Vcpu* const there = busiest(vcpu, load_here);
  double loads = 0;
  for (std::uint32_t other = 0; other < vcpus_.online(); ++other) loads += load(other, other == vcpu);
  const double average = loads / vcpus_.online();
  if (there == nullptr || load_here >= average) {
    state.failed = 0;
    return;
  }
  const std::uint32_t from = there->id().value;
  const RunQueue& queue = there->processes();
  const double of_one = static_cast<double>(queue.weight()) / queue.runnable();
  // As much as takes neither beyond the average; at least one process, if that does not just swap the two.
  double most = std::min(load(from, false) - average, average - load_here);
  if (most < of_one) {
    const bool swaps = !here.has_no_process() && load(from, false) - load_here < of_one;
    if (swaps) return;
    most = of_one;
  }
  bool moved = false;
  const bool patient = state.failed <= kPatience;
  const Instant cold = patient ? calendar_.now() - rules_.migration_cost : Instant::max();
  while (most > 0 && queue.runnable() > 1) {
    UserProcess* const process = there->take_process(cold, here.id());
    if (process == nullptr) break;
    most -= process->weight;
    process->moved(here);
    here.receive_process(*process);
    moved = true;
  }
  if (moved) {
    state.failed = 0;
  } else if (++state.failed > kMorePatience && queue.current() != nullptr && queue.current()->may_run_on(vcpu)) {
    queue.current()->push(here);
    state.failed = 0;
  }
}

}  // namespace vqlab::sim

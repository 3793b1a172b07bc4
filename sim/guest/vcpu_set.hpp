// The guest's vCPUs, of which the first ones are online, and on which of them a process wakes.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/guest/vcpu.hpp"

namespace vqlab::sim {

class VcpuSet {
 public:
  // All are online. They must outlive the set. `shared_cache`: they share their last cache.
  explicit VcpuSet(std::vector<Vcpu*> vcpus, bool shared_cache = false)
      : vcpus_(std::move(vcpus)), online_(static_cast<std::uint32_t>(vcpus_.size())), shared_cache_(shared_cache) {}

  [[nodiscard]] Vcpu& operator[](std::uint32_t index) const { return *vcpus_[index]; }
  [[nodiscard]] std::uint32_t online() const noexcept { return online_; }

  // From now on the first `online` are. Nothing new may be sent to the others, which end what they have begun.
  // Precondition: 0 < online <= the size of the set.
  void set_online(std::uint32_t online) {
    online_ = online;
    for (std::uint32_t index = 0; index < vcpus_.size(); ++index) vcpus_[index]->set_online(index < online);
  }

  // Where a process, which last ran on `previous`, is woken by `waker`: Linux's select_task_rq_fair.
  [[nodiscard]] Vcpu& place_woken(const UserProcess& process, Vcpu& waker, Vcpu& previous) const {
    if (!previous.online()) [[unlikely]]
      return *vcpus_[0];
    const bool moves = &waker != &previous && waker.online() && attracts(process.weight, waker, previous) &&
                       process.may_run_on(waker.id().value);
    Vcpu& target = moves ? waker : previous;
    if (!shared_cache_ || target.has_no_process()) return target;
    for (std::uint32_t step = 1; step < online_; ++step) {
      Vcpu& sibling = *vcpus_[(target.id().value + step) % online_];
      if (sibling.has_no_process() && process.may_run_on(sibling.id().value)) return sibling;
    }
    return target;
  }

  // Those that are offline have ended what they had begun.
  [[nodiscard]] bool drained() const {
    for (std::uint32_t index = online_; index < vcpus_.size(); ++index)
      if (!vcpus_[index]->halted()) return false;
    return true;
  }

 private:
  // wake_affine: the waker's vCPU, with the process, would have no more to do than the process's own without it, or
  // hardly more.
  [[nodiscard]] static bool attracts(std::uint32_t weight, const Vcpu& waker, const Vcpu& previous) {
    const std::uint64_t here = waker.processes().weight();
    return here == 0 || 100 * (here + weight) <= std::uint64_t{112} * previous.processes().weight();
  }

  std::vector<Vcpu*> vcpus_;
  std::uint32_t online_;
  bool shared_cache_;
};

}  // namespace vqlab::sim

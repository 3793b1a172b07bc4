// The guest's vCPUs, of which the first ones are online.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/guest/vcpu.hpp"

namespace vqlab::sim {

class VcpuSet {
 public:
  // All are online. They must outlive the set.
  explicit VcpuSet(std::vector<Vcpu*> vcpus)
      : vcpus_(std::move(vcpus)), online_(static_cast<std::uint32_t>(vcpus_.size())) {}

  [[nodiscard]] Vcpu& operator[](std::uint32_t index) const { return *vcpus_[index]; }
  [[nodiscard]] std::uint32_t online() const noexcept { return online_; }

  // From now on the first `online` are. Nothing new may be sent to the others, which end what they have begun.
  // Precondition: 0 < online <= the size of the set.
  void set_online(std::uint32_t online) {
    online_ = online;
    for (std::uint32_t index = 0; index < vcpus_.size(); ++index) vcpus_[index]->set_online(index < online);
  }

  // Those that are offline have ended what they had begun.
  [[nodiscard]] bool drained() const {
    for (std::uint32_t index = online_; index < vcpus_.size(); ++index)
      if (!vcpus_[index]->halted()) return false;
    return true;
  }

 private:
  std::vector<Vcpu*> vcpus_;
  std::uint32_t online_;
};

}  // namespace vqlab::sim

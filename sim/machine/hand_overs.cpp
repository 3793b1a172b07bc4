#include "sim/machine/hand_overs.hpp"

#include <algorithm>

namespace vqlab::sim {

void HandOvers::written(std::uint64_t tag, const HostThread& by) noexcept { written_on_[tag] = by.cpu; }
void HandOvers::written(std::uint64_t tag, VcpuId by) noexcept { written(tag, *vcpus_[by.value]); }

Duration HandOvers::read(std::uint64_t tag, const HostThread& by, std::uint32_t lines, Duration work) noexcept {
  switch (places_.distance(written_on_[tag], by.cpu)) {
    case CpuDistance::kSameCpu:
    case CpuDistance::kSameCore:
      return std::max(work - costs_.less_on_same_core.sample_times(lines, random_), Duration{0});
    case CpuDistance::kSameDie: break;
    case CpuDistance::kSameSocket: return work + costs_.more_on_other_die.sample_times(lines, random_);
    case CpuDistance::kOtherSocket: return work + costs_.more_on_other_socket.sample_times(lines, random_);
  }
  return work;
}

Duration HandOvers::read(std::uint64_t tag, VcpuId by, std::uint32_t lines, Duration work) noexcept {
  return read(tag, *vcpus_[by.value], lines, work);
}

}  // namespace vqlab::sim

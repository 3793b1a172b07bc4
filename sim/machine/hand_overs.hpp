// What it costs that a request is written on one physical CPU and read on another: how near these are to each other.
//
// The costs of guest and host are those of CPUs that share their last-level cache. A line of one that is nearer takes
// less, of one that is farther more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/base/cpu_places.hpp"
#include "models/base/ids.hpp"
#include "sim/machine/physical_cpus.hpp"

namespace vqlab::sim {

// Of a cache line.
struct LineCosts {
  CostSampler less_on_same_core;
  CostSampler more_on_other_die;
  CostSampler more_on_other_socket;
};

class HandOvers {
 public:
  // `tags`: of requests. Precondition: the places are known.
  HandOvers(const CpuPlaces& places, const LineCosts& costs, std::uint32_t tags, std::uint64_t seed)
      : places_(places), costs_(costs), random_(seed, "machine/hand_overs"), written_on_(tags, 0) {}

  // The thread of the next vCPU, the first being vCPU 0. It must outlive this.
  void add_vcpu(const HostThread& thread) { vcpus_.push_back(&thread); }

  // The request has been written by the thread, or the vCPU, where that runs.
  void written(std::uint64_t tag, const HostThread& by) noexcept { written_on_[tag] = by.cpu; }
  void written(std::uint64_t tag, VcpuId by) noexcept { written(tag, *vcpus_[by.value]); }

  // What this work takes, in which so many of its lines are read.
  [[nodiscard]] Duration read(std::uint64_t tag, const HostThread& by, std::uint32_t lines, Duration work) noexcept {
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
  [[nodiscard]] Duration read(std::uint64_t tag, VcpuId by, std::uint32_t lines, Duration work) noexcept {
    return read(tag, *vcpus_[by.value], lines, work);
  }

 private:
  CpuPlaces places_;
  LineCosts costs_;
  RandomStream random_;
  std::vector<std::uint32_t> written_on_;  // physical CPUs, by tag
  std::vector<const HostThread*> vcpus_;
};

}  // namespace vqlab::sim

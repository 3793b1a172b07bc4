// What it costs that a request is written on one physical CPU and read on another: how near these are to each other.
//
// The costs of guest and host are those of CPUs that share their last-level cache. A line of one that is nearer takes
// less, of one that is farther more.
#pragma once

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

  // Cold, so that it does not make its callers longer where no places are known.

  // The request has been written by the thread, or the vCPU, where that runs.
  [[gnu::cold]] void written(std::uint64_t tag, const HostThread& by) noexcept;
  [[gnu::cold]] void written(std::uint64_t tag, VcpuId by) noexcept;

  // What this work takes, in which so many of its lines are read.
  [[nodiscard, gnu::cold]] Duration read(std::uint64_t tag, const HostThread& by, std::uint32_t lines,
                                         Duration work) noexcept;
  [[nodiscard, gnu::cold]] Duration read(std::uint64_t tag, VcpuId by, std::uint32_t lines, Duration work) noexcept;

 private:
  CpuPlaces places_;
  LineCosts costs_;
  RandomStream random_;
  std::vector<std::uint32_t> written_on_;  // physical CPUs, by tag
  std::vector<const HostThread*> vcpus_;
};

}  // namespace vqlab::sim

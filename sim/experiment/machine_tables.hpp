// What each request queue, vCPU and thread of the host does: the counters of queues.csv, vcpus.csv and
// host_threads.csv.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/experiment/world.hpp"
#include "sim/metrics/estimates.hpp"
#include "sim/metrics/part_tables.hpp"

namespace vqlab::sim {

class MachineTables {
 public:
  // Has the world count by queue and by vCPU from now on. It must outlive the object.
  explicit MachineTables(World& world);

  // Appends its counters, as many at each call.
  void append(std::vector<double>& totals);

  // Into the tables. Precondition: the counters of the batches are those of append(), from `first` on.
  void tell(const Estimates& estimates, std::size_t first, PartTables& tables) const;

 private:
  World& world_;
};

}  // namespace vqlab::sim

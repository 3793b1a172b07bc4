// What a world does over the simulated time, bin by bin. It takes latencies before the sampler does, and gives them
// back to it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sim/experiment/world.hpp"
#include "sim/metrics/fio_times.hpp"
#include "sim/metrics/histogram.hpp"
#include "sim/metrics/part_tables.hpp"

namespace vqlab::sim {

class TimeSeries {
 public:
  // So many are never kept: then neighbours are merged, and further bins are twice as long.
  static constexpr std::size_t kMostBins = 512;

  // It begins now. Precondition: bin > 0. The world must outlive the object.
  TimeSeries(World& world, Duration bin);

  // Lets the world run for `time`, in the body of an actor. True if the actor was woken before.
  [[nodiscard]] bool sleep(CoarseActor& actor, Duration time);
  // The run is over. If no bin is, there is one that is as long as the run.
  void finish() {
    if (bins_.empty() && so_far_ > Duration{0}) end_bin();
  }
  // To be called when the sampler is to take what has happened.
  void give_back();

  // The bins that are over, in their order; of each that of all jobs first. What begins before `warm_up` is marked.
  [[nodiscard]] PartRows rows(Duration warm_up) const;
  // The same, for each job and kind of I/O that these tell of. Precondition: they are of jobs in their order.
  void tell(std::vector<FioJobTimes>& jobs) const;

 private:
  struct Part {
    std::uint64_t bytes = 0;
    double in_flight = 0;  // integral over ns
    Histogram latency;
  };
  struct OfKind {
    std::uint64_t ios = 0;
    std::uint64_t bytes = 0;
    std::uint64_t latency_ns = 0;  // sum
  };
  struct Bin {
    Duration length{0};
    double vcpus_busy = 0;  // ns
    double host_cpus_busy = 0;
    std::vector<Part> parts;    // that of all jobs, then by job if there are several
    std::vector<OfKind> kinds;  // by job and kind
    void merge(const Bin& next);
  };
  // Totals so far, where bins hold differences.
  struct Totals {
    Duration vcpus_busy{0};
    Duration host_cpus_busy{0};
    std::vector<std::uint64_t> bytes;   // by part
    std::vector<std::uint64_t> kinds;   // bytes by job and kind
    std::vector<double> in_flight_for;  // by job: of I/Os that are on their way
  };

  // The world has run for so long since the last call, and not beyond the bin.
  void passed(Duration time);
  [[nodiscard]] Totals totals() const;
  void end_bin();

  World& world_;
  Duration bin_;
  Duration so_far_{0};  // of the bin that is under way
  Bin now_;
  Totals last_;
  std::vector<Bin> bins_;
  std::vector<Histogram> owed_;  // to the sampler: latencies of all, then by job and kind
};

}  // namespace vqlab::sim

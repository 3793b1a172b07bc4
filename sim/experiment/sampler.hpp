// Cuts a running world into batches, and turns batches into the quantities of a point.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/io_kind.hpp"
#include "sim/experiment/machine_tables.hpp"
#include "sim/experiment/world.hpp"
#include "sim/metrics/batch.hpp"
#include "sim/metrics/columns.hpp"
#include "sim/metrics/estimates.hpp"
#include "sim/metrics/fio_times.hpp"
#include "sim/metrics/parts.hpp"
#include "sim/metrics/quantity.hpp"
#include "sim/metrics/stage.hpp"

namespace vqlab::sim {

class Sampler {
 public:
  // Totals so far, by counter index: those of Count first, then these, then one for each stage of kStageLatency ...,
  // then those of the ranges below.
  enum Extra : std::size_t {
    kLockWait = kCounts,
    kWorkersAwake,
    kHeldBackByRings,
    kHeldBackByPace,
    kHostBusy,
    kExpectedBytes,
    kChanceOfSizes,
    kBusBytes,
    kStageLatency,
    kStageQueueing = kStageLatency + kStages,
    kStageService = kStageQueueing + kStages,
    kStageArea = kStageService + kStages,
    kFirstVcpu = kStageArea + kStages
  };

  // Counter of completed I/Os, flushes apart.
  static constexpr std::size_t kIos = static_cast<std::size_t>(Count::kCompleted);

  // Counter whose rate must be precise: completed I/Os. Their mean size is known, so their rate times the mean size is
  // the bandwidth without the variance of the sizes. If mean sizes differ between jobs, or between a job's reads and
  // writes, each I/O counts with the mean size of its job and kind. kChanceOfSizes, the bytes that were drawn beyond
  // that, is its control.
  [[nodiscard]] std::size_t leading() const noexcept { return one_size_ ? kIos : kExpectedBytes; }

  // Counter of the requests that those are, which is another number where I/Os are split.
  static constexpr std::size_t kRequests = static_cast<std::size_t>(Count::kRequests);

  // With `tables`, those of the machine are counted. What the guest's processes record of issues is taken, too.
  explicit Sampler(World& world, bool tables = false);

  // What happened since the last call.
  [[nodiscard]] Batch take(Duration length);

  // The point's quantities, in the order of the columns of points.csv.
  [[nodiscard]] std::vector<Quantity> quantities(const BatchSeries& series) const;

  // Headlines whose interval cannot be trusted: both halves of the run disagree. By name.
  [[nodiscard]] std::vector<std::string> not_settled(const BatchSeries& series) const;

  // Where the requests' latency goes, in the order of the stages.
  [[nodiscard]] std::vector<StageTimes> stages(const BatchSeries& series) const;

  // Of one job, by its place in running_jobs().
  [[nodiscard]] std::vector<JobTimes> job(std::size_t job, const BatchSeries& series) const;
  // What fio reports of it. Precondition: issues are recorded.
  [[nodiscard]] FioJobTimes fio_job(std::size_t job, const BatchSeries& series) const;
  // Each job's I/Os by kind, and each disk's.
  [[nodiscard]] std::vector<JobTimes> jobs(const BatchSeries& series) const;
  [[nodiscard]] std::vector<DiskTimes> disks(const BatchSeries& series) const;

  // The tables that are counted.
  void tell(const BatchSeries& series, PartTables& tables) const;

  // What is left out of all these.
  [[nodiscard]] Duration warm_up(const BatchSeries& series) const;

 private:
  // Counters of several things of a kind: indices from `first` to before `end`.
  struct Range {
    std::size_t first = 0;
    std::size_t end = 0;
  };
  [[nodiscard]] std::vector<double> totals();
  [[nodiscard]] bool locks_shared() const noexcept { return lun_locks_.first < lun_locks_.end; }
  // What the server says of its threads, held against what it said last.
  void check_server(const std::vector<double>& now) const;
  [[nodiscard]] Estimate headline(const Estimates& estimates, Measure measure) const;
  void append_merged(std::vector<double>& totals);
  template <class Values>
  static Range append(std::vector<double>& totals, const Values& values);

  World& world_;
  std::uint32_t paced_processes_;
  std::vector<std::array<double, kIoKinds>> mean_bytes_;  // of an I/O, by job and kind
  std::vector<bool> known_mean_size_;                     // by job; without one bytes are counted
  bool one_size_;                                         // they are all the same
  std::vector<IoKind> kinds_;                             // that some job does
  std::uint64_t taken_ = 0;                               // batches
  Range vcpus_;                                           // busy time
  Range serving_threads_;
  Range pools_in_use_;  // time of their threads, as of the next
  Range pools_locked_;
  Range device_units_;
  Range target_bytes_;
  Range job_ios_;                   // by job and kind
  Range job_chance_;                // of their sizes
  Range job_bytes_;                 // of a testbed of which some mean size is not known
  std::size_t first_of_disks_ = 0;  // I/Os, bytes and latency by disk and kind
  bool merges_;                     // requests may be merged: without it the next two are empty
  Range job_merged_;                // by job and kind
  Range disk_merged_;               // by disk and kind
  Range host_locks_;                // time held, as of the others
  Range lun_locks_;
  Range target_locks_;
  Range queue_locks_;
  std::size_t first_of_depths_ = 0;  // by job: FioDepths
  std::optional<MachineTables> tables_;
  std::size_t first_of_tables_ = 0;
  std::vector<double> last_;
};

}  // namespace vqlab::sim

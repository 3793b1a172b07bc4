// Cuts a running world into batches, and turns batches into the quantities of a point.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/experiment/world.hpp"
#include "sim/metrics/batch.hpp"
#include "sim/metrics/estimates.hpp"
#include "sim/metrics/quantity.hpp"

namespace vqlab::sim {

class Sampler {
 public:
  // Counter whose rate must be precise: completed requests. Their mean size is known, so their rate times the mean size
  // is the bandwidth without the variance of the sizes.
  static constexpr std::size_t kLeading = static_cast<std::size_t>(Count::kCompleted);

  explicit Sampler(World& world);

  // What happened since the last call.
  [[nodiscard]] Batch take(Duration length);

  // The point's quantities, in the order of the columns of points.csv.
  [[nodiscard]] std::vector<Quantity> quantities(const BatchSeries& series) const;

 private:
  // Totals so far, by counter index: those of Count first, then these, then the busy time of each vCPU, then
  // the bytes of each target.
  enum Extra : std::size_t { kLockWait = kCounts, kMainLoopBusy, kWorkersBusy, kHostBusy, kBusBytes, kFirstVcpu };
  [[nodiscard]] std::vector<double> totals() const;

  World& world_;
  std::vector<double> last_;
};

}  // namespace vqlab::sim

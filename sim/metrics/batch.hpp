// A run as a series of batches of equal simulated length: what the estimators work on.
#pragma once

#include <cstddef>
#include <vector>

#include "models/base/units.hpp"
#include "sim/metrics/histogram.hpp"

namespace vqlab {

// What happened during `length` of simulated time. The meaning of counter i is the experiment's own.
struct Batch {
  Duration length{};
  std::vector<double> counters;
  Histogram latency;
  std::vector<Histogram> parts{};  // of what the experiment tells apart; by its own numbers

  // Appends what happened next. Precondition: as many counters and parts.
  void merge(const Batch& next);
};

// Keeps the batches of a run in bounded memory: when `max_batches` are held, neighbours merge in pairs, so that half
// as many of twice the length remain.
class BatchSeries {
 public:
  static constexpr std::size_t kDefaultMaxBatches = 128;

  // Preconditions: batch_length > 0; max_batches even and positive.
  explicit BatchSeries(Duration batch_length, std::size_t max_batches = kDefaultMaxBatches);

  // A stretch of a run that is no steady state: batches of any lengths. Nothing of it is warm-up, and what it says has
  // no interval.
  [[nodiscard]] static BatchSeries stretch(std::vector<Batch> batches);
  [[nodiscard]] bool is_stretch() const noexcept { return max_batches_ == 0; }

  // Simulated time that the next batch has to cover; doubles when batches merge.
  [[nodiscard]] Duration batch_length() const noexcept { return batch_length_; }

  // Preconditions: no stretch; batch.length == batch_length(); as many counters as the batches before.
  void add(Batch batch);

  [[nodiscard]] const std::vector<Batch>& batches() const noexcept { return batches_; }

  // Simulated time covered so far.
  [[nodiscard]] Duration length() const noexcept;

 private:
  BatchSeries() = default;
  void merge_pairs();

  Duration batch_length_{0};
  std::size_t max_batches_ = 0;
  std::vector<Batch> batches_;
};

}  // namespace vqlab

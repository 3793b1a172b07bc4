#include "sim/metrics/batch.hpp"

#include <utility>

#include "models/base/ensure.hpp"

namespace vqlab {

void Batch::merge(const Batch& next) {
  ensure(next.counters.size() == counters.size() && next.parts.size() == parts.size(),
         "batches of one run have the same counters");
  length += next.length;
  for (std::size_t i = 0; i < counters.size(); ++i) counters[i] += next.counters[i];
  latency.merge(next.latency);
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i].merge(next.parts[i]);
}

BatchSeries::BatchSeries(Duration batch_length, std::size_t max_batches)
    : batch_length_(batch_length), max_batches_(max_batches) {
  ensure(batch_length > Duration{0}, "a batch covers some time");
  ensure(max_batches > 0 && max_batches % 2 == 0, "batches merge in pairs");
  batches_.reserve(max_batches);
}

BatchSeries BatchSeries::stretch(std::vector<Batch> batches) {
  BatchSeries series;
  series.batches_ = std::move(batches);
  return series;
}

void BatchSeries::add(Batch batch) {
  ensure(batch.length == batch_length_, "a batch covers the length that the series asks for");
  ensure(batches_.empty() || batch.counters.size() == batches_.front().counters.size(),
         "batches of one run have the same counters");
  batches_.push_back(std::move(batch));
  if (batches_.size() == max_batches_) merge_pairs();
}

Duration BatchSeries::length() const noexcept {
  if (!is_stretch()) return batch_length_ * static_cast<std::int64_t>(batches_.size());
  Duration length{0};
  for (const Batch& batch : batches_) length += batch.length;
  return length;
}

void BatchSeries::merge_pairs() {
  for (std::size_t i = 0; i < max_batches_ / 2; ++i) {
    if (i > 0) batches_[i] = std::move(batches_[2 * i]);
    batches_[i].merge(batches_[2 * i + 1]);
  }
  batches_.resize(max_batches_ / 2);
  batch_length_ *= 2;
}

}  // namespace vqlab

#include <gtest/gtest.h>

#include "sim/metrics/batch.hpp"
#include "tests/sim/metrics_processes.hpp"

namespace vqlab {
namespace {

using test::batch_of;

TEST(BatchSeries, MergesNeighboursWhenFull) {
  BatchSeries series(1ms, 4);
  for (const double counted : {1.0, 2.0, 4.0}) series.add(batch_of(1ms, {counted, 1}));
  EXPECT_EQ(series.batches().size(), 3u);
  EXPECT_EQ(series.batch_length(), 1ms);

  Batch fourth = batch_of(1ms, {8, 1});
  fourth.latency.add(70ns);
  series.add(fourth);
  ASSERT_EQ(series.batches().size(), 2u);
  EXPECT_EQ(series.batch_length(), 2ms);
  EXPECT_EQ(series.batches()[0].counters, (std::vector<double>{3, 2}));
  EXPECT_EQ(series.batches()[1].counters, (std::vector<double>{12, 2}));
  EXPECT_EQ(series.batches()[0].length, 2ms);
  EXPECT_EQ(series.batches()[0].latency.count(), 0u);
  EXPECT_EQ(series.batches()[1].latency.count(), 1u);
  EXPECT_EQ(series.length(), 4ms);
}

TEST(BatchSeries, NeverHoldsMoreThanItsMaximum) {
  BatchSeries series(1us);
  double added = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto counted = static_cast<double>(series.batch_length().count());
    series.add(batch_of(series.batch_length(), {counted}));
    added += counted;
    EXPECT_LT(series.batches().size(), BatchSeries::kDefaultMaxBatches);
  }
  double kept = 0;
  for (const Batch& batch : series.batches()) kept += batch.counters[0];
  EXPECT_EQ(kept, added);
  EXPECT_EQ(static_cast<double>(series.length().count()), added);
}

TEST(BatchSeriesDeathTest, RefusesBatchesThatDoNotFit) {
  BatchSeries series(1ms);
  EXPECT_DEATH(series.add(batch_of(2ms, {1})), "length");
  series.add(batch_of(1ms, {1}));
  EXPECT_DEATH(series.add(batch_of(1ms, {1, 2})), "same counters");
}

}  // namespace
}  // namespace vqlab

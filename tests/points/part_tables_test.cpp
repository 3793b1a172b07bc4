// The tables that are asked for say the same as the quantities, and change none.
#include "sim/metrics/part_tables.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "sim/experiment/time_series.hpp"
#include "tests/support/run_in_child.hpp"

namespace vqlab::test {
namespace {

const Precision kLength{.half_width_percent = 0.01, .min_simulated_s = 0.1, .max_simulated_s = 0.1};

Precision with(Results results, Precision precision = kLength) {
  precision.results = results;
  return precision;
}

const PartRows& rows(const ChildRun& run, PartTable table) {
  return run.result.tables[static_cast<std::size_t>(table)];
}
double at(const PartRow& row, PartTable table, std::string_view column) {
  const auto& columns = kPartTableColumns[static_cast<std::size_t>(table)].measures;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == column) return row.numbers.at(i);
  ADD_FAILURE() << column;
  return 0;
}
double sum(const ChildRun& run, PartTable table, std::string_view column) {
  double sum = 0;
  for (const PartRow& row : rows(run, table)) sum += at(row, table, column);
  return sum;
}
double stage_us(const ChildRun& run, Stage first, Stage last) {
  double sum = 0;
  for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(last); ++i)
    sum += run.result.stages[i].latency_us.value;
  return sum;
}

Testbed two_devices() {
  Testbed testbed;
  testbed.targets = 8;
  testbed.guest.vcpus = 4;
  testbed.guest.policy = "target_sticky";
  testbed.controller.num_queues = 4;
  testbed.controller.devices = 2;
  return testbed;
}

TEST(PartTables, ChangeNoQuantity) {
  const auto runs = run_in_children({{two_devices(), kLength},
                                     {two_devices(), with({.tables = true})},
                                     {two_devices(), with({.time_series_ms = 3})}});
  for (const PartRows& table : runs[0].result.tables) EXPECT_TRUE(table.empty());
  for (std::size_t i : {1u, 2u}) {
    PointResult bare = runs[i].result;
    bare.tables = {};
    EXPECT_EQ(result_text(bare), result_text(runs[0].result));
    EXPECT_NE(result_text(runs[i].result), result_text(runs[0].result));
  }
}

TEST(PartTables, AddUpToTheQuantities) {
  const ChildRun run = run_in_child(two_devices(), with({.tables = true}));
  using enum PartTable;
  ASSERT_EQ(rows(run, kQueues).size(), 8u);
  EXPECT_EQ(rows(run, kQueues)[5].names, (std::vector<std::string>{"1", "1"}));
  const double iops = run["iops"];
  const double some = 1e-9 * iops;
  // Taken by the host, and reaped by the process: they differ by what was in flight at both ends, at most so many.
  EXPECT_NEAR(sum(run, kQueues, "requests_per_s"), iops, two_devices().requests_in_flight() / 0.09);
  EXPECT_NEAR(sum(run, kQueues, "kicks_per_s"), run["kicks_per_io"] * iops, some);
  EXPECT_NEAR(sum(run, kQueues, "interrupts_per_s"), run["interrupts_per_io"] * iops, some);
  double highest = 0;
  for (const PartRow& row : rows(run, kQueues)) highest = std::max(highest, at(row, kQueues, "lock_utilization"));
  EXPECT_NEAR(highest, run["queue_lock_utilization"], 1e-9);
  double in_ring = 0;
  double at_host = 0;
  for (const PartRow& row : rows(run, kQueues)) {
    const double share = at(row, kQueues, "requests_per_s") / sum(run, kQueues, "requests_per_s");
    if (share == 0) {
      EXPECT_TRUE(std::isnan(at(row, kQueues, "at_host_mean_us")));
      continue;
    }
    in_ring += share * at(row, kQueues, "in_ring_mean_us");
    at_host += share * at(row, kQueues, "at_host_mean_us");
  }
  // By another account of them: the stages from the ring to the used ring. At the ends of the run some are on their
  // way.
  EXPECT_GT(in_ring, stage_us(run, Stage::kKick, Stage::kKick));
  const double stages = stage_us(run, Stage::kKick, Stage::kCompletion);
  EXPECT_NEAR(in_ring + at_host, stages, 0.02 * stages);
  EXPECT_NEAR(sum(run, kQueues, "requests_mean"), iops * (in_ring + at_host) * 1e-6, 0.02 * iops * stages * 1e-6);

  ASSERT_EQ(rows(run, kVcpus).size(), 4u);
  for (std::size_t vcpu = 0; vcpu < 4; ++vcpu) {
    const PartRow& row = rows(run, kVcpus)[vcpu];
    const double busy = at(row, kVcpus, "utilization");
    EXPECT_NEAR(busy, run[vcpu_utilization_name(vcpu)], 1e-9);
    double parts = 0;
    for (const char* part : {"process", "softirq", "ipi", "irq"}) {
      const double share = at(row, kVcpus, std::string(part) + "_utilization");
      EXPECT_GE(share, 0) << part;
      parts += share;
    }
    EXPECT_NEAR(parts, busy, 1e-9);
    EXPECT_GT(at(row, kVcpus, "process_utilization"), 0.1 * busy);
    EXPECT_GT(at(row, kVcpus, "irq_utilization"), 0);
  }
  EXPECT_NEAR(sum(run, kVcpus, "exits_per_s"), run["exits_per_io"] * iops, some);
  EXPECT_NEAR(sum(run, kVcpus, "interrupts_per_s"), run["deliveries_per_io"] * iops, some);

  const PartRows& threads = rows(run, kHostThreads);
  ASSERT_EQ(threads.size(), 6u);  // the main loop, its pool, four vCPUs
  EXPECT_EQ(threads[0].names.front(), "main_loop");
  EXPECT_NEAR(at(threads[0], kHostThreads, "busy_mean"), run["main_loop_utilization"], 1e-9);
  EXPECT_EQ(threads[1].names.front(), "pool of main_loop");
  EXPECT_EQ(at(threads[1], kHostThreads, "threads"), 64);
  EXPECT_NEAR(at(threads[1], kHostThreads, "busy_mean"), run["workers_busy_mean"], 1e-9);
  EXPECT_EQ(threads[5].names.front(), "vcpu3");
}

TEST(PartTables, WhoWaitsForACpuIsSaidToWait) {
  // Two vCPUs that are always busy, pinned to the same CPU: each has half of it, whatever its own work is.
  Testbed testbed;
  testbed.targets = 4;
  testbed.guest.vcpus = 2;
  testbed.hardware.physical_cpus = 16;
  testbed.host.backend = "null";
  testbed.host.aio = "native";
  testbed.host.vcpu_cpus = "3";
  const ChildRun run = run_in_child(testbed, with({.tables = true}));
  using enum PartTable;
  // What they have and what they wait for cannot be more than all the time there is.
  double waits = 0;
  double had = 0;
  for (const PartRow& row : rows(run, kVcpus)) {
    EXPECT_LE(at(row, kVcpus, "steal"), 1);
    waits += at(row, kVcpus, "steal");
    had += at(row, kVcpus, "utilization");
  }
  EXPECT_LE(had, 1.05);
  EXPECT_GT(waits, 0.2);
}

TEST(PartTables, APollIsNoWork) {
  Testbed testbed;
  testbed.host.server = "iothreads";
  testbed.host.backend = "null";
  testbed.host.aio = "native";
  testbed.job.iodepth = 1;
  const ChildRun run = run_in_child(testbed, with({.tables = true}));
  const PartRow& loop = rows(run, PartTable::kHostThreads).front();
  EXPECT_EQ(loop.names.front(), "iothread0");
  const double busy = at(loop, PartTable::kHostThreads, "busy_mean");
  const double polls = at(loop, PartTable::kHostThreads, "polling_mean");
  EXPECT_GT(polls, 0.01);
  EXPECT_LE(busy + polls, 1 + 1e-9);
}

TEST(TimeSeries, AddsUpToTheRun) {
  const Testbed testbed = two_devices();
  const auto in_flight = static_cast<double>(testbed.requests_in_flight());
  const ChildRun run = run_in_child(testbed, with({.time_series_ms = 5}));
  using enum PartTable;
  double ios = 0;
  double time = 0;
  for (const PartRow& row : rows(run, kTimeSeries)) {
    EXPECT_DOUBLE_EQ(at(row, kTimeSeries, "time_s"), time);
    time += at(row, kTimeSeries, "length_s");
    ios += at(row, kTimeSeries, "iops") * at(row, kTimeSeries, "length_s");
    // A closed loop: all are in flight, but for those that are being reaped and submitted again, and before the first
    // submission.
    EXPECT_LE(at(row, kTimeSeries, "in_flight_mean"), in_flight + 1e-6);
    if (time > 0.006) {
      EXPECT_GT(at(row, kTimeSeries, "in_flight_mean"), 0.8 * in_flight);
    }
    EXPECT_LE(at(row, kTimeSeries, "vcpus_busy_mean"), 4 + 1e-9);
    EXPECT_GT(at(row, kTimeSeries, "latency_p99_us"), at(row, kTimeSeries, "latency_mean_us"));
  }
  EXPECT_NEAR(time, run.result.simulated_s, 0.005);
  // What came back in the part of a bin at the end is in no bin.
  EXPECT_LE(ios, static_cast<double>(run.result.completed_ios) + 1e-6);
  EXPECT_GT(ios, 0.93 * static_cast<double>(run.result.completed_ios));
  EXPECT_EQ(rows(run, kTimeSeries).front().names.back(), "true");
  EXPECT_EQ(rows(run, kTimeSeries).back().names.back(), "false");
}

TEST(TimeSeries, ALongRunHasLongerBins) {
  Testbed testbed;
  testbed.job.rate_iops = 2000;
  const ChildRun run = run_in_child(
      testbed,
      with({.time_series_ms = 1}, {.half_width_percent = 0.01, .min_simulated_s = 0.6, .max_simulated_s = 0.6}));
  const PartRows& bins = rows(run, PartTable::kTimeSeries);
  EXPECT_LT(bins.size(), sim::TimeSeries::kMostBins);
  EXPECT_GE(2 * bins.size(), sim::TimeSeries::kMostBins);
  // 2,000 a second in each bin of 2 ms: 4 of them, or one more or less where its edge falls.
  for (const PartRow& row : bins) {
    EXPECT_EQ(at(row, PartTable::kTimeSeries, "length_s"), 0.002);
    EXPECT_NEAR(at(row, PartTable::kTimeSeries, "iops"), 2000, 500 + 1e-6);
  }
}

}  // namespace
}  // namespace vqlab::test

#include "sim/experiment/run_point.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "tests/support/run_in_child.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

// A little more than 60 ms, whatever the interval.
const Precision kShort{.half_width_percent = 0.01, .min_simulated_s = 0.05, .max_simulated_s = 0.06};
const Precision kLonger{.half_width_percent = 1.0, .min_simulated_s = 0.1, .max_simulated_s = 10};

Testbed targets(std::uint32_t count) {
  Testbed testbed;
  testbed.targets = count;
  return testbed;
}

TEST(RunPoint, SimGridChangesNothing) {
  // The same testbed on a bare calendar, for as long.
  const ChildRun run = run_in_child(targets(8), kShort);
  TestbedRig rig(targets(8));
  rig.run_for(Duration{std::llround(run.result.simulated_s * 1e9)});
  EXPECT_GT(run.result.completed_ios, 1000u);
  EXPECT_EQ(run.result.completed_ios, rig.total(Count::kCompleted));
}

TEST(RunPoint, BandwidthIsBytesOverTime) {
  const ChildRun run = run_in_child(targets(8), kLonger);
  TestbedRig rig(targets(8));
  rig.run_for(20ms);
  const auto bytes = rig.total(Count::kBytes);
  rig.run_for(400ms);
  const double mib_per_s = static_cast<double>(rig.total(Count::kBytes) - bytes) / (1 << 20) / 0.4;
  // Two measurements of about 10000 requests each: sizes vary by 18.4 / 34 = 54 %, so their sum by 0.54 %; four of
  // these, and the interval of the run.
  EXPECT_NEAR(run["bandwidth_mib_per_s"], mib_per_s, run.ci95("bandwidth_mib_per_s") + 0.022 * mib_per_s);
  // Sizes have a mean of 34 KiB.
  EXPECT_NEAR(run["bandwidth_mib_per_s"], run["iops"] * 34.0 / 1024.0, 1e-9 * run["bandwidth_mib_per_s"]);
  EXPECT_NEAR(run.ci95("bandwidth_mib_per_s"), run.ci95("iops") * 34.0 / 1024.0, 1e-9 * run["bandwidth_mib_per_s"]);
}

TEST(RunPoint, BytesAreCountedForEachTarget) {
  // Three processes on the two LUNs of each of two targets.
  Testbed testbed = targets(2);
  testbed.luns_per_target = 2;
  testbed.job.numjobs = 3;
  TestbedRig rig(testbed);
  rig.run_for(20ms);
  const std::vector<std::uint64_t> bytes = rig.guest.target_bytes();
  ASSERT_EQ(bytes.size(), 2u);
  EXPECT_GT(std::min(bytes[0], bytes[1]), 0u);
  EXPECT_EQ(bytes[0] + bytes[1], rig.total(Count::kBytes));
}

TEST(RunPoint, ARunStopsWhenItIsPreciseEnough) {
  const ChildRun run = run_in_child(targets(8), kLonger);
  EXPECT_TRUE(run.result.precise);
  EXPECT_GE(run.result.simulated_s, 0.1);
  EXPECT_LT(run.result.simulated_s, 10.0);
  EXPECT_GT(run.ci95("bandwidth_mib_per_s"), 0.0);
  EXPECT_LE(run.ci95("bandwidth_mib_per_s"), 0.01 * run["bandwidth_mib_per_s"]);
  EXPECT_EQ(run.result.end_reason, "the interval is as narrow as asked");
}

TEST(RunPoint, ARunThatIsNotPreciseInTimeSaysSo) {
  const ChildRun run = run_in_child(targets(8), kShort);
  EXPECT_FALSE(run.result.precise);
  EXPECT_GE(run.result.simulated_s, 0.06);
  EXPECT_LE(run.result.simulated_s, 0.07);
  EXPECT_EQ(run.result.end_reason, "the longest run allowed has passed");
}

TEST(RunPoint, TheEndOfTheLoopsEndsTheRun) {
  Testbed testbed = targets(2);
  testbed.job.size_bytes = 64 << 20;
  testbed.job.loops = 1;
  const ChildRun run = run_in_child(testbed, {.half_width_percent = 0.01, .min_simulated_s = 0.1});
  EXPECT_EQ(run.result.end_reason, "every process has issued its loops");
  EXPECT_EQ(run.result.completed_ios, MachineRig(testbed).requests());
  EXPECT_LT(run.result.simulated_s, 5.0);
}

TEST(RunPoint, SeedsDecide) {
  const auto runs = run_in_children({{targets(8), kShort, 1}, {targets(8), kShort, 1}, {targets(8), kShort, 2}});
  EXPECT_FALSE(runs[0].line.empty());
  EXPECT_EQ(runs[0].line, runs[1].line);
  EXPECT_NE(runs[0].line, runs[2].line);
  // Another seed is another sample of the same thing.
  EXPECT_NEAR(runs[2]["iops"], runs[0]["iops"], 0.1 * runs[0]["iops"]);
}

TEST(RunPoint, LittlesLawHoldsExactlyWithoutAQueueOfRequests) {
  // With one request in flight the next one begins when the last is reaped: targets = iops * latency.
  Testbed testbed = targets(8);
  testbed.job.iodepth = 1;
  const ChildRun run = run_in_child(testbed, kLonger);
  EXPECT_NEAR(run["iops"] * run["latency_mean_us"] * 1e-6, 8.0, 0.08);
}

TEST(RunPoint, LittlesLawHolds) {
  // Between its reaping and its next beginning a request waits for those that the process submits before it, so
  // iops * latency stays below depth times targets, though not far.
  const ChildRun run = run_in_child(targets(16), kLonger);
  const double in_flight = run["iops"] * run["latency_mean_us"] * 1e-6;
  EXPECT_LE(in_flight, 64.0 * 1.01);
  EXPECT_GE(in_flight, 64.0 * 0.85);
}

// In runs as short as a few steps: what has begun is not yet worked. Rounding is in the last digit.
TEST(RunPoint, NothingIsBusyForMoreThanAllTheTime) {
  Testbed crowded = targets(16);  // threads lose their CPUs for milliseconds
  crowded.hardware.physical_cpus = 2;
  Testbed locked = targets(8);
  locked.controller.num_queues = 1;
  locked.guest_costs.add_ns = {3e5, Shape::kExponential};
  Testbed bus = targets(8);
  bus.hardware.memory_gb_per_s = 0.1;
  Testbed pool = targets(8);
  pool.host.worker_threads_max = 2;
  pool.host_costs.worker_ns = {1e6, Shape::kExponential};
  std::vector<ChildPoint> points;
  for (const Testbed& testbed : {crowded, locked, bus, pool})
    for (const std::uint64_t seed : {1u, 2u, 3u})
      points.push_back({testbed, {.half_width_percent = 50, .min_simulated_s = 0.005, .max_simulated_s = 0.02}, seed});
  for (const ChildRun& run : run_in_children(points)) {
    ASSERT_EQ(run.error, "");
    for (const Quantity& quantity : run.result.quantities) {
      if (quantity.name.find("_utilization") == std::string::npos) continue;
      EXPECT_LE(quantity.value, 1 + 1e-12) << quantity.name;
    }
  }
}

TEST(RunPoint, QuantitiesAreOfTheirKind) {
  const ChildRun run = run_in_child(targets(16), kLonger);
  for (const char* utilisation : {"main_loop_utilization", "bus_utilization", "vcpu0_utilization", "vcpu1_utilization",
                                  "vcpu2_utilization", "vcpu3_utilization"}) {
    EXPECT_GT(run[utilisation], 0.0) << utilisation;
    EXPECT_LE(run[utilisation], 1.0) << utilisation;
  }
  EXPECT_GT(run["workers_busy_mean"], 0.0);
  EXPECT_LE(run["workers_busy_mean"], 64.0);
  EXPECT_GT(run["host_cpus_busy_mean"], 1.0);
  EXPECT_LE(run["host_cpus_busy_mean"], 16.0);
  EXPECT_NEAR(run["cpu_us_per_io"], run["host_cpus_busy_mean"] / run["iops"] * 1e6, 1e-9 * run["cpu_us_per_io"]);
  EXPECT_LE(run["latency_p50_us"], run["latency_p95_us"]);
  EXPECT_LE(run["latency_p95_us"], run["latency_p99_us"]);
  EXPECT_LE(run["latency_p99_us"], run["latency_p99_9_us"]);
  EXPECT_GT(run["kicks_per_io"], 0.0);
  EXPECT_LE(run["kicks_per_io"], 1.0);
  EXPECT_LE(run["interrupts_per_io"], 1.0);
  EXPECT_GE(run["exits_per_io"], run["kicks_per_io"] + run["interrupts_per_io"]);
  // The targets are alike: of 1000 requests each sizes alone make them differ by 54 % / sqrt(1000).
  EXPECT_GT(run["fairness_jain"], 0.99);
  EXPECT_LE(run["fairness_jain"], 1.0);
  EXPECT_EQ(run["reorders"], 0.0);
  EXPECT_EQ(run["requeues_per_io"], 0.0);
  // bytes * 34 KiB of all copies over what the bus can do.
  EXPECT_NEAR(run["bus_utilization"], run["iops"] * 34.0 * 1024.0 / 14e9, 0.03 * run["bus_utilization"]);
}

TEST(RunPoint, WhoSendsACommandAgainIsNotItsSubmitter) {
  // Whoever completes a command sends one of another process. Were that completed there too, that vCPU would soon have
  // all of them.
  Testbed testbed = targets(8);
  testbed.controller.num_queues = 1;
  testbed.guest.pinned_vcpus = 4;
  testbed.guest.mempool_commands = 8;
  testbed.job.iodepth = 16;
  const ChildRun run =
      run_in_child(testbed, {.half_width_percent = 0.01, .min_simulated_s = 0.2, .max_simulated_s = 0.3});
  EXPECT_GT(run["requeues_per_io"], 0.1);
  EXPECT_GT(run["fairness_jain"], 0.95);
}

TEST(RunPoint, TheBusIsALimit) {
  Testbed testbed = targets(16);
  testbed.hardware.memory_gb_per_s = 0.5;
  testbed.hardware.physical_cpus = 128;  // for workers that all wait for the bus
  const ChildRun run = run_in_child(testbed, kLonger);
  // 0.5e9 bytes/s = 476.8 MiB/s, nearly all of it used.
  EXPECT_NEAR(run["bandwidth_mib_per_s"], 476.8, 0.03 * 476.8);
  EXPECT_GT(run["bus_utilization"], 0.97);
}

TEST(RunPoint, OneWorkerIsALimit) {
  Testbed testbed = targets(8);
  testbed.host.worker_threads_max = 1;
  testbed.host_costs.worker_ns = {200000, Shape::kConstant};
  testbed.host.backend = "null";
  const ChildRun run = run_in_child(testbed, kLonger);
  // At most one request in 200 us, and it never sleeps. Each time it wakes the main loop, and cores are shared.
  EXPECT_LE(run["iops"], 5000.0);
  EXPECT_GE(run["iops"], 4700.0);
  EXPECT_NEAR(run["workers_busy_mean"], 1.0, 0.01);
}

TEST(RunPoint, FewerPhysicalCpusServeLess) {
  Testbed small = targets(16);
  small.hardware.physical_cpus = 2;
  const auto runs = run_in_children({{targets(16), kShort}, {small, kShort}});
  EXPECT_LT(runs[1]["iops"], 0.8 * runs[0]["iops"]);
  EXPECT_LE(runs[1]["host_cpus_busy_mean"], 2.001);
}

// Spinning vCPUs and whoever has the lock, or the next ticket, share the CPUs for long, and none keeps all others
// waiting.
TEST(RunPoint, LocksDoNotStopAnOvercommittedHost) {
  const Precision length{.half_width_percent = 0.01, .min_simulated_s = 0.5, .max_simulated_s = 0.5};
  std::vector<ChildPoint> points;
  for (const std::uint32_t cpus : {1u, 2u, 3u, 4u, 16u}) {
    points.push_back({targets(8), length});
    points.back().testbed.hardware.physical_cpus = cpus;
  }
  const auto runs = run_in_children(points);
  for (std::size_t i = 1; i < runs.size(); ++i) EXPECT_GT(runs[i]["iops"], 1.02 * runs[i - 1]["iops"]) << i;
  EXPECT_GT(runs[0]["iops"], 0.15 * runs.back()["iops"]);
}

TEST(RunPoint, ATenantTakesPhysicalCpus) {
  Testbed alone = targets(16);
  alone.hardware.physical_cpus = 6;
  Testbed shared = alone;
  shared.tenant = {.physical_cpus = 5, .start_s = 0.0, .stop_s = 1000.0};
  Testbed later = alone;
  later.tenant = {.physical_cpus = 5, .start_s = 500.0, .stop_s = 1000.0};
  Testbed first_half = alone;
  first_half.tenant = {.physical_cpus = 5, .start_s = 0.0, .stop_s = 0.03};
  const auto runs = run_in_children({{alone, kShort}, {shared, kShort}, {later, kShort}, {first_half, kShort}});
  EXPECT_LT(runs[1]["iops"], 0.8 * runs[0]["iops"]);
  EXPECT_EQ(runs[2].line, runs[0].line);  // it never came
  // It was there for half of the run.
  EXPECT_LT(runs[3].result.completed_ios, runs[0].result.completed_ios);
  EXPECT_GT(runs[3].result.completed_ios, runs[1].result.completed_ios);
}

TEST(RunPoint, AFasterClockIsFaster) {
  Testbed fast = targets(4);
  fast.hardware.clock_ghz = 4.8;
  const auto runs = run_in_children({{targets(4), kShort}, {fast, kShort}});
  EXPECT_GT(runs[1]["iops"], 1.3 * runs[0]["iops"]);
}

}  // namespace
}  // namespace vqlab::test

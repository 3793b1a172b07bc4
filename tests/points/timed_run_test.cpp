// Jobs that begin and end by time: each is measured while it runs, and nothing claims to be a steady state.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "tests/support/run_in_child.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

const Precision kUpToHalf{.half_width_percent = 50, .min_simulated_s = 0.004, .max_simulated_s = 0.5};

NamedSet listed(std::string name, std::vector<RowValue> values) { return {std::move(name), std::move(values)}; }
RowValue said(const char* row, const char* value) { return {row, std::string(value)}; }
RowValue counted(const char* row, std::int64_t value) { return {row, value}; }

// Reads of a job whose pace is known: 5 in each ms on each of two targets.
Testbed paced_reads() {
  Testbed testbed;
  testbed.targets = 2;
  testbed.host.backend = "null";
  testbed.job.bs = "4k";
  testbed.job.rate_iops = 5000;
  return testbed;
}

double rate_of(const std::vector<JobTimes>& jobs, const std::string& name) {
  for (const JobTimes& times : jobs)
    if (times.job == name) return times.iops.value;
  ADD_FAILURE() << "no job " << name;
  return 0;
}

// 10,000 reads/s while a job runs, within one at either end of its time on each target: of 20 ms that is 2 %.
TEST(TimedRun, EachJobHasTheRateOfItsOwnTime) {
  Testbed testbed = paced_reads();
  testbed.jobs = {listed("all", {said("runtime", "60ms")}),
                  listed("late", {said("startdelay", "15ms"), said("runtime", "20ms")}),
                  listed("ramps", {said("ramp_time", "10ms"), said("runtime", "20ms")})};
  const ChildRun run = run_in_child(testbed, kUpToHalf);
  ASSERT_EQ(run.error, "");
  for (const char* name : {"all", "late", "ramps"}) EXPECT_NEAR(rate_of(run.result.jobs, name), 10000, 200) << name;
  EXPECT_EQ(run.result.end_reason, "the times of its jobs are over");
  EXPECT_NEAR(run.result.simulated_s, 0.06, 1e-6);
  // In 60 ms: 600 + 200, and of the last one 300, as what is not measured of it is there, too.
  EXPECT_NEAR(run["iops"], (600 + 200 + 300) / 0.06, 12 / 0.06);
}

TEST(TimedRun, SaysThatItIsNoSteadyState) {
  Testbed testbed = paced_reads();
  testbed.job.runtime = "15ms";
  const ChildRun run = run_in_child(testbed, kUpToHalf);
  EXPECT_FALSE(run.result.precise);
  EXPECT_TRUE(run.result.not_settled.empty());
  for (const char* name : {"bandwidth_mib_per_s", "iops", "latency_mean_us", "latency_p99_us", "vcpu0_utilization"})
    EXPECT_TRUE(std::isnan(run.ci95(name)) && !std::isnan(run[name])) << name;
  EXPECT_TRUE(std::isnan(run.result.jobs.front().iops.half_width));
}

// The ramp of a job is a phase of the others.
TEST(TimedRun, PhasesLastAsLongAsTheSameJobsAreThere) {
  Testbed testbed = paced_reads();
  testbed.jobs = {listed("all", {said("runtime", "100ms")}),
                  listed("late", {said("startdelay", "30ms"), said("ramp_time", "10ms"), said("runtime", "40ms")})};
  const ChildRun run = run_in_child(testbed, kUpToHalf);
  ASSERT_EQ(run.error, "");
  struct Row {
    std::uint32_t phase;
    double begin_s, end_s;
    const char* job;
  };
  const Row expected[] = {{0, 0, 0.03, "all"},
                          {1, 0.03, 0.04, "all"},
                          {2, 0.04, 0.08, "all"},
                          {2, 0.04, 0.08, "late"},
                          {3, 0.08, 0.1, "all"}};
  ASSERT_EQ(run.result.phases.size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    const PhaseTimes& phase = run.result.phases[i];
    EXPECT_EQ(phase.phase, expected[i].phase);
    EXPECT_NEAR(phase.begin_s, expected[i].begin_s, 1e-8);
    EXPECT_NEAR(phase.end_s, expected[i].end_s, 1e-8);
    EXPECT_EQ(phase.times.job, expected[i].job);
    // A read at either end, on each of two targets.
    EXPECT_NEAR(phase.times.iops.value, 10000, 4 / (phase.end_s - phase.begin_s)) << i;
  }
}

// 1 MiB in 256 writes on each of two targets, and three in reads. The third job begins when the last of them is back.
TEST(TimedRun, AStonewallWaitsForAllJobsBefore) {
  Testbed testbed = short_testbed();
  testbed.job.bs = "4k";
  testbed.jobs = {listed("fill", {said("rw", "write")}), listed("beside", {counted("loops", 3)}),
                  listed("check", {counted("stonewall", 1), said("runtime", "4ms"), counted("time_based", 1)})};
  const ChildRun run = run_in_child(testbed, kUpToHalf);
  ASSERT_EQ(run.error, "");
  const auto& phases = run.result.phases;
  ASSERT_GE(phases.size(), 3u);
  EXPECT_EQ(phases.back().times.job, "check");
  EXPECT_NEAR(phases.back().end_s - phases.back().begin_s, 0.004, 1e-8);
  EXPECT_EQ(std::count_if(phases.begin(), phases.end(), [](const PhaseTimes& one) { return one.times.job == "check"; }),
            1);
  // What ended by itself has the rate of the time that it took.
  const PhaseTimes& first = phases.front();
  EXPECT_EQ(first.begin_s, 0);
  EXPECT_NEAR(rate_of(run.result.jobs, "fill") * first.end_s, 512, 1e-3);
  double beside = 0;
  for (const PhaseTimes& one : phases)
    if (one.times.job == "beside") beside += one.times.iops.value * (one.end_s - one.begin_s);
  EXPECT_NEAR(beside, 3 * 512, 1e-3);
}

// Without a runtime the run is steady from when the last job has begun: its first ms are none of it.
TEST(TimedRun, AJobThatOnlyBeginsLaterBeginsTheSteadyState) {
  Testbed testbed = paced_reads();
  testbed.jobs = {listed("first", {}), listed("later", {said("startdelay", "30ms"), said("ramp_time", "10ms")})};
  const Precision precision{.half_width_percent = 5, .min_simulated_s = 0.14, .max_simulated_s = 0.14};
  const ChildRun run = run_in_child(testbed, precision);
  ASSERT_EQ(run.error, "");
  EXPECT_TRUE(run.result.phases.empty());
  EXPECT_NEAR(run.result.simulated_s, 0.14, 1e-9);
  EXPECT_NEAR(rate_of(run.result.jobs, "later"), 10000, 100);
  EXPECT_NEAR(rate_of(run.result.jobs, "first"), 10000, 100);
}

// Each ends by its own loops before its runtime, unless it is time_based.
TEST(TimedRun, ARuntimeEndsWithTheLoopsUnlessTheJobIsTimeBased) {
  Testbed testbed = short_testbed();
  testbed.job.runtime = "40ms";
  const ChildRun loops = run_in_child(testbed, kUpToHalf);
  EXPECT_LT(loops.result.simulated_s, 0.04);
  EXPECT_EQ(loops.result.end_reason, "every process has issued its loops, or its time is over");
  testbed.job.time_based = 1;
  const ChildRun based = run_in_child(testbed, kUpToHalf);
  EXPECT_NEAR(based.result.simulated_s, 0.04, 1e-6);
  EXPECT_GT(based.result.completed_ios, loops.result.completed_ios);
}

TEST(TimedRun, NothingIsIssuedAfterTheRuntimeAndAllComesBack) {
  for (const char* engine : {"libaio", "io_uring", "psync"}) {
    Testbed testbed = short_testbed();
    testbed.job.ioengine = engine;
    testbed.job.iodepth = 16;
    testbed.job.thinktime_us = 700;
    testbed.job.thinktime_blocks = 20;
    testbed.job.runtime = "3ms";
    testbed.job.time_based = 1;
    TestbedRig rig(testbed);
    rig.run_for(3ms);
    const std::uint64_t issued = rig.log.accepted_total;
    EXPECT_TRUE(rig.run_to_end()) << engine;
    // One that was being submitted by each process.
    EXPECT_LE(rig.log.accepted_total, issued + 2) << engine;
    EXPECT_EQ(rig.total(sim::Count::kCompleted), rig.log.taken_total) << engine;
    EXPECT_LT(rig.calendar.now(), Instant{} + 20ms) << engine;
  }
}

TEST(TimedRun, EndsAtTheLongestRunAllowed) {
  Testbed testbed = short_testbed();
  testbed.job.loops = 1000000;
  testbed.jobs = {listed("endless", {}), listed("never", {counted("stonewall", 1)})};
  const Precision precision{.half_width_percent = 5, .min_simulated_s = 0.01, .max_simulated_s = 0.02};
  const ChildRun run = run_in_child(testbed, precision);
  EXPECT_EQ(run.result.end_reason, kCutShort);
  EXPECT_NEAR(run.result.simulated_s, 0.02, 1e-8);
}

// One read of each process is due at 0, the next after 20 ms.
TEST(TimedRun, APacedJobBeginsAtOnce) {
  Testbed testbed = paced_reads();
  testbed.job.rate_iops = 50;
  testbed.job.numjobs = 8;
  testbed.job.runtime = "15ms";
  const ChildRun run = run_in_child(testbed, kUpToHalf);
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.result.completed_ios, 16u);
}

TEST(TimedRun, ARunWithoutNumbersFailsAndSaysWhy) {
  Testbed testbed = short_testbed();
  testbed.job.ramp_time = "400ms";
  const ChildRun steady = run_in_child(testbed, kUpToHalf);
  EXPECT_NE(steady.error.find("nothing was measured: that begins after 0.4 s"), std::string::npos) << steady.error;
  testbed.job.runtime = "1ms";
  const ChildRun timed = run_in_child(testbed, kUpToHalf);
  EXPECT_NE(timed.error.find("nothing was measured"), std::string::npos) << timed.error;
  testbed = paced_reads();
  testbed.job.rate_iops = 1;
  const ChildRun none =
      run_in_child(testbed, {.half_width_percent = 5, .min_simulated_s = 0.01, .max_simulated_s = 0.01});
  EXPECT_NE(none.error.find("no read, write or trim was sent"), std::string::npos) << none.error;
}

TEST(TimedRun, ARunThatIsShorterThanABinHasOne) {
  Testbed testbed = paced_reads();
  testbed.job.runtime = "15ms";
  Precision precision = kUpToHalf;
  precision.results.time_series_ms = 100;
  const ChildRun run = run_in_child(testbed, precision);
  ASSERT_EQ(run.error, "");
  const PartRows& bins = run.result.tables[static_cast<std::size_t>(PartTable::kTimeSeries)];
  ASSERT_EQ(bins.size(), 1u);
  EXPECT_NEAR(bins[0].numbers[1], 0.015, 1e-8);
  EXPECT_NEAR(bins[0].numbers[3], 10000, 2 / 0.015);
}

}  // namespace
}  // namespace vqlab::test

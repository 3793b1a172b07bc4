// A job that replays a trace: which I/O goes where, and when.
#include <gtest/gtest.h>
#include <string>

#include "models/workload/io_trace.hpp"
#include "tests/support/run_in_child.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

const Precision kUpToSecond{.half_width_percent = 50, .min_simulated_s = 0.004, .max_simulated_s = 1};

IoTrace parsed_trace(const std::string& text) {
  std::vector<TraceFault> faults;
  IoTrace trace = parse_iolog(text, faults);
  EXPECT_TRUE(faults.empty());
  return trace;
}

// 400 reads of 4 KiB, one each 100 us, on two files in turn, and a write of 64 KiB with each 20th.
const char* regular_trace() {
  static const bool kept = [] {
    std::string text = "fio version 3 iolog\n";
    for (int i = 0; i < 400; ++i) {
      const std::string time = std::to_string(1000 + 100 * i);
      text += time + (i % 2 == 0 ? " a" : " b") + " read " + std::to_string(4096 * i) + " 4096\n";
      if (i % 20 == 0) text += time + " b write " + std::to_string(65536 * i) + " 65536\n";
    }
    keep_trace("trace_test/regular", parsed_trace(text));
    return true;
  }();
  EXPECT_TRUE(kept);
  return "trace_test/regular";
}

Testbed replaying_job() {
  Testbed testbed;
  testbed.targets = 2;
  testbed.job.read_iolog = regular_trace();
  testbed.job.iodepth = 16;
  return testbed;
}

std::uint64_t ios_on(const sim::LogicalUnit& disk, IoKind kind) { return disk.reaped[index_of(kind)].ios; }

TEST(Trace, FilesAreTheJobsTargets) {
  TestbedRig rig(replaying_job());
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_EQ(rig.total(sim::Count::kCompleted), 420u);
  EXPECT_EQ(ios_on(rig.guest.disks()[0], IoKind::kRead), 200u);
  EXPECT_EQ(ios_on(rig.guest.disks()[1], IoKind::kRead), 200u);
  EXPECT_EQ(ios_on(rig.guest.disks()[1], IoKind::kWrite), 20u);
  EXPECT_EQ(rig.total(sim::Count::kBytes), 400u * 4096 + 20u * 65536);
  Testbed redirected = replaying_job();
  redirected.job.replay_redirect = 0;
  redirected.job.numjobs = 2;
  TestbedRig other(redirected);
  ASSERT_TRUE(other.run_to_end());
  EXPECT_EQ(ios_on(other.guest.disks()[0], IoKind::kRead), 800u);
  EXPECT_EQ(ios_on(other.guest.disks()[1], IoKind::kRead), 0u);
}

// 39.9 ms from the first to the last, whatever it takes to serve them; at twice the speed 19.95.
TEST(Trace, OpenLoopKeepsItsTimes) {
  for (const char* engine : {"libaio", "io_uring"})
    for (const std::uint32_t scale : {100u, 200u}) {
      Testbed testbed = replaying_job();
      testbed.job.ioengine = engine;
      testbed.job.replay_time_scale = scale;
      TestbedRig rig(testbed);
      const Duration last = Duration{39900us} * 100 / scale;
      rig.run_for(last / 2);
      EXPECT_NEAR(static_cast<double>(rig.log.accepted_total), 210, 6) << engine;
      ASSERT_TRUE(rig.run_to_end());
      EXPECT_GE(rig.calendar.now(), Instant{} + last) << engine;
      EXPECT_LT(rig.calendar.now(), Instant{} + last + 2ms) << engine;
    }
}

// A read that takes 5 ms does not keep back those that follow it 100 us apart, as long as the depth allows.
TEST(Trace, OpenLoopDoesNotWaitForWhatIsInFlight) {
  const auto accepted = [](std::uint32_t depth) {
    Testbed testbed = replaying_job();
    testbed.job.iodepth = depth;
    testbed.host.slow_targets = 2;
    testbed.host.slow_target_ns = {5e6, Shape::kConstant};
    TestbedRig rig(testbed);
    rig.run_for(3050us);
    return rig.log.accepted_total;
  };
  EXPECT_NEAR(static_cast<double>(accepted(64)), 31 + 2, 1);
  EXPECT_EQ(accepted(4), 4u);
}

TEST(Trace, ClosedLoopIsAsFastAsItsDepth) {
  Testbed testbed = replaying_job();
  testbed.job.replay_no_stall = 1;
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_EQ(rig.total(sim::Count::kCompleted), 420u);
  EXPECT_LT(rig.calendar.now(), Instant{} + 25ms);
  EXPECT_GE(rig.log.most_in_flight(0) + rig.log.most_in_flight(1), 4u);
}

TEST(Trace, FlushesHaveTheirPlace) {
  keep_trace("trace_test/flushes", parsed_trace("fio version 2 iolog\nf write 0 4096\nf sync 0 0\nf trim 8192 4096\n"
                                                "f datasync 0 0\nf read 0 8192\n"));
  for (const char* engine : {"libaio", "io_uring", "psync"}) {
    Testbed testbed = replaying_job();
    testbed.targets = 1;
    testbed.job.read_iolog = "trace_test/flushes";
    testbed.job.ioengine = engine;
    TestbedRig rig(testbed);
    ASSERT_TRUE(rig.run_to_end()) << engine;
    const auto& reaped = rig.guest.reaped()[0];
    for (const IoKind kind : {IoKind::kRead, IoKind::kWrite, IoKind::kTrim})
      EXPECT_EQ(reaped[index_of(kind)].ios, 1u) << engine;
    EXPECT_EQ(reaped[index_of(IoKind::kFlush)].ios, 2u) << engine;
  }
}

// Bytes are those that were moved, not those of a mean I/O; the trace is over after 40 ms, or goes on with time_based.
TEST(Trace, APointEndsWithItsTrace) {
  (void)regular_trace();
  Testbed testbed = replaying_job();
  const ChildRun run = run_in_child(testbed, kUpToSecond);
  ASSERT_EQ(run.error, "");
  EXPECT_NEAR(run.result.simulated_s, 0.04, 0.001);
  EXPECT_EQ(run.result.completed_ios, 420u);
  EXPECT_NEAR(run["bandwidth_mib_per_s"] * run.result.simulated_s, (400.0 * 4096 + 20 * 65536) / (1 << 20), 1e-6);
  ASSERT_EQ(run.result.jobs.size(), 2u);
  EXPECT_NEAR(run.result.jobs[0].iops.value * run.result.simulated_s, 400, 1e-6);
  EXPECT_NEAR(run.result.jobs[1].bandwidth_mib_per_s.value * run.result.simulated_s, 20.0 * 65536 / (1 << 20), 1e-6);
  testbed.job.runtime = "100ms";
  testbed.job.time_based = 1;
  const ChildRun again = run_in_child(testbed, kUpToSecond);
  EXPECT_NEAR(again.result.simulated_s, 0.1, 1e-6);
  EXPECT_NEAR(static_cast<double>(again.result.completed_ios), 420 * 100 / 39.9, 4);
}

}  // namespace
}  // namespace vqlab::test

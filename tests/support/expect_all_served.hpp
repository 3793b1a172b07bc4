// What holds for every run that goes on to its end.
#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <numeric>

#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {

// Runs to the end: every request of every job was queued, taken once, and came back. Precondition: request sizes and
// files are multiples of 4 KiB, so that each pass reads the whole file.
inline void expect_all_served(TestbedRig& rig) {
  using sim::Count;
  ASSERT_TRUE(rig.run_to_end()) << rig.total(Count::kCompleted) << " of " << rig.requests() << " requests, "
                                << rig.log.accepted_total << " accepted, " << rig.log.taken_total << " taken";
  EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
  const std::uint64_t reached = rig.total(Count::kRequests) - rig.total(Count::kMerged);
  EXPECT_EQ(rig.log.accepted_total, reached);
  EXPECT_EQ(rig.log.taken_total, reached);
  EXPECT_EQ(rig.log.taken_twice, 0u);
  const FioJob& job = rig.testbed.job;
  EXPECT_EQ(rig.total(Count::kBytes), std::uint64_t{rig.testbed.targets} * job.numjobs * job.loops * job.size_bytes);
  // And each stage of each is accounted for.
  rig.machine.stages.check(rig.calendar.now());
  if (rig.testbed.most_requests_of_io() > 1) return;  // whose requests are on their way together
  const sim::StageSums stages = rig.machine.stages.sums(rig.calendar.now());
  EXPECT_EQ(std::accumulate(stages.latency.begin(), stages.latency.end(), std::uint64_t{0}),
            rig.counters.latency.sum_ns());
}

}  // namespace vqlab::test

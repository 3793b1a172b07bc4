// Guest and host over packed rings.
#include <gtest/gtest.h>
#include <string>
#include <tuple>

#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

using Setting = std::tuple<const char*, bool>;  // how buffers are added ("before": by that driver), indirect

Testbed packed(const Setting& setting) {
  Testbed testbed = short_testbed();
  testbed.targets = 8;
  testbed.controller.ring = "packed";
  testbed.controller.indirect_desc = std::get<1>(setting);
  if (std::get<0>(setting) == std::string("before")) {
    testbed.guest.driver = "before";
    testbed.guest.policy = "single_queue";
    testbed.controller.num_queues = 1;
  } else {
    testbed.guest.buffer_api = std::get<0>(setting);
  }
  return testbed;
}

class PackedRings : public ::testing::TestWithParam<Setting> {};

TEST_P(PackedRings, EveryRequestIsServedOnceAndInOrder) {
  for (const bool event_idx : {false, true}) {
    Testbed testbed = packed(GetParam());
    testbed.controller.virtqueue_size = 100;
    testbed.controller.event_idx = event_idx;
    TestbedRig rig(testbed);
    ASSERT_TRUE(rig.run_to_end());
    EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
    EXPECT_EQ(rig.log.taken_total, rig.requests());
    EXPECT_EQ(rig.log.taken_twice, 0u);
    EXPECT_EQ(rig.total(Count::kReorders), 0u);
  }
}

// A step costs the same on both formats, and without event index both sides tell each other the same. (Of a full split
// ring the device is told at once, of a full packed one it is not.)
TEST_P(PackedRings, WithoutEventIndexTheFormatMakesNoDifference) {
  Testbed testbed = packed(GetParam());
  testbed.controller.event_idx = false;
  testbed.controller.virtqueue_size = 1024;  // 8 targets * 4 requests * 18 descriptors = 576: never full
  TestbedRig packed_rig(testbed);
  testbed.controller.ring = "split";
  TestbedRig split_rig(testbed);
  ASSERT_TRUE(packed_rig.run_to_end());
  ASSERT_TRUE(split_rig.run_to_end());
  EXPECT_EQ(packed_rig.calendar.now(), split_rig.calendar.now());
  EXPECT_EQ(packed_rig.calendar.steps_run(), split_rig.calendar.steps_run());
  for (const Count count : {Count::kKicks, Count::kInterrupts, Count::kRequeues})
    EXPECT_EQ(packed_rig.total(count), split_rig.total(count));
}

// With it, a device that sleeps at the first buffer not yet taken is kicked the less often.
TEST_P(PackedRings, WithEventIndexKicksAreSaved) {
  Testbed testbed = packed(GetParam());
  testbed.controller.event_idx = true;
  TestbedRig with(testbed);
  testbed.controller.event_idx = false;
  TestbedRig without(testbed);
  ASSERT_TRUE(with.run_to_end());
  ASSERT_TRUE(without.run_to_end());
  EXPECT_EQ(without.total(Count::kKicks), without.log.accepted_total);
  EXPECT_LT(with.total(Count::kKicks), without.total(Count::kKicks));
}

INSTANTIATE_TEST_SUITE_P(All, PackedRings,
                         ::testing::Combine(::testing::Values("piecewise", "add_sgs", "add_buf", "before"),
                                            ::testing::Bool()));

TEST(PackedRing, AFullOneIsRetried) {
  // Rings of 7 descriptors; a request takes 3 to 6 of them.
  Testbed testbed = packed({"piecewise", false});
  testbed.targets = 16;
  testbed.controller.virtqueue_size = 7;
  testbed.job.bsrange = {4096, 16384};
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
  EXPECT_GT(rig.total(Count::kRequeues), 0u);
  EXPECT_EQ(rig.total(Count::kReorders), 0u);
}

}  // namespace
}  // namespace vqlab::test

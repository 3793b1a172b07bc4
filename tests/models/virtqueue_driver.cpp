// The driver's rules, one test for each. Rings of 8 descriptors unless said otherwise.
#include <gtest/gtest.h>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using test::AddApi;
using test::options;
using Ring = test::Ring<>;

constexpr AddApi kApis[] = {AddApi::kAddBuf, AddApi::kPiecewise, AddApi::kAddSgs};

std::uint16_t flags(const Descriptor& desc) { return link_flags(desc.link); }
std::uint16_t next(const Descriptor& desc) { return link_next(desc.link); }

// --- set-up

TEST(SplitDriver, ThreeSixKeepsItsFreeListInTheDescriptors) {
  const Ring ring(options(8, true, true));
  for (std::uint16_t i = 0; i < 8; ++i) EXPECT_EQ(next(ring.desc(i)), i < 7 ? i + 1 : 0);
  EXPECT_EQ(ring.driver.num_free(), 8);
  EXPECT_EQ(ring.driver.free_head(), 0);
}

TEST(SplitDriver, SixOneKeepsItsFreeListToItself) {
  const Ring ring(options(8, true, true, RingFlavour::kLinux61));
  for (std::uint16_t i = 0; i < 8; ++i) EXPECT_EQ(next(ring.desc(i)), 0);
}

// --- the bytes of a buffer

TEST(SplitDriver, DirectBufferIsAChainOfRingDescriptors) {
  for (const AddApi api : kApis) {
    Ring ring(options(8, false, true));
    ASSERT_TRUE(ring.add(1, 2, 7, api).ok());
    EXPECT_EQ(ring.desc(0), (Descriptor{Ring::kData, 16, make_link(kDescNext, 1)}));
    EXPECT_EQ(ring.desc(1), (Descriptor{Ring::kData + 4096, 17, make_link(kDescNext | kDescWrite, 2)}));
    // The last has no NEXT; its next still says where the free list went on.
    EXPECT_EQ(ring.desc(2), (Descriptor{Ring::kData + 8192, 18, make_link(kDescWrite, 3)}));
    EXPECT_EQ(ring.words.avail_ring[0], 0);
    EXPECT_EQ(ring.avail_idx(), 1);  // visible at once
    EXPECT_EQ(ring.driver.num_free(), 5);
    EXPECT_EQ(ring.driver.free_head(), 3);
    EXPECT_EQ(ring.driver.num_added(), 1);
  }
}

TEST(SplitDriver, IndirectBufferTakesOneDescriptor) {
  for (const AddApi api : kApis) {
    Ring ring(options(8, true, true));
    ASSERT_TRUE(ring.add(1, 3, 7, api).ok());
    EXPECT_EQ(ring.desc(0), (Descriptor{Ring::kTables, 4 * 16, make_link(kDescIndirect, 1)}));
    EXPECT_EQ(ring.table(0, 0), (Descriptor{Ring::kData, 16, make_link(kDescNext, 1)}));
    EXPECT_EQ(ring.table(0, 1), (Descriptor{Ring::kData + 4096, 17, make_link(kDescNext | kDescWrite, 2)}));
    EXPECT_EQ(ring.table(0, 2), (Descriptor{Ring::kData + 8192, 18, make_link(kDescNext | kDescWrite, 3)}));
    EXPECT_EQ(ring.table(0, 3), (Descriptor{Ring::kData + 12288, 19, make_link(kDescWrite, 0)}));
    EXPECT_EQ(ring.driver.num_free(), 7);
    EXPECT_EQ(ring.pool.in_use(), 1U);
  }
}

TEST(SplitDriver, SixOneLeavesANextInTheLastEntryOfATable) {
  Ring ring(options(8, true, true, RingFlavour::kLinux61));
  ASSERT_TRUE(ring.add(1, 1, 7).ok());
  EXPECT_EQ(next(ring.table(0, 1)), 2);  // the total, one past the end
  EXPECT_EQ(flags(ring.table(0, 1)), kDescWrite);
}

// --- who goes indirect

TEST(SplitDriver, OneSegmentGoesDirect) {
  for (const AddApi api : kApis) {
    Ring ring(options(8, true, true));
    ASSERT_TRUE(ring.add(1, 0, 7, api).ok());
    EXPECT_EQ(ring.desc(0).addr, Ring::kData);
    EXPECT_EQ(ring.pool.in_use(), 0U);
  }
}

TEST(SplitDriver, AReadOfOneSegmentIsIndirectButPiecewiseDirect) {
  const std::vector<Segment> flat = Ring::segments(1, 2);  // request header, response, data
  const std::span<const Segment> lists[] = {{flat.data(), 1}, {flat.data() + 1, 1}, {flat.data() + 2, 1}};

  Ring before(options(8, true, true));
  ASSERT_TRUE(before.driver.add_buf(flat, 1, 2, 1).ok());
  EXPECT_EQ(before.driver.num_free(), 7);

  Ring merged(options(8, true, true));
  ASSERT_TRUE(merged.driver.add_sgs(lists, 1, 2, 1).ok());
  EXPECT_EQ(merged.driver.num_free(), 7);

  // nents = 3 = nsg and three descriptors are free: no table, no allocation.
  Ring series(options(8, true, true));
  ASSERT_TRUE(series.driver.start_buf(1, 3, 3).ok());
  series.driver.add_sg(lists[0], Direction::kOut);
  series.driver.add_sg(lists[1], Direction::kIn);
  series.driver.add_sg(lists[2], Direction::kIn);
  EXPECT_EQ(series.avail_idx(), 0);  // not before the end
  EXPECT_FALSE(series.driver.end_buf().notify);
  EXPECT_EQ(series.avail_idx(), 1);
  EXPECT_EQ(series.driver.num_free(), 5);
  EXPECT_EQ(series.pool.in_use(), 0U);
}

TEST(SplitDriver, PiecewiseGoesIndirectWithMoreSegmentsThanLists) {
  Ring ring(options(8, true, true));
  ASSERT_TRUE(ring.driver.start_buf(1, 4, 3).ok());
  EXPECT_EQ(ring.pool.in_use(), 1U);
}

TEST(SplitDriver, PiecewiseGoesIndirectWhenTheRingIsTooFullForDirect) {
  Ring ring(options(4, true, true));
  for (Token token = 0; token < 2; ++token) ASSERT_TRUE(ring.add(1, 0, token).ok());
  ASSERT_EQ(ring.driver.num_free(), 2);
  ASSERT_TRUE(ring.driver.start_buf(2, 3, 3).ok());  // 3 > 2
  EXPECT_EQ(ring.pool.in_use(), 1U);
}

// --- refusals

TEST(SplitDriver, FullRingForcesANotificationIfThereIsSomethingToRead) {
  for (const AddApi api : {AddApi::kAddBuf, AddApi::kAddSgs}) {
    Ring ring(options(4, false, true));
    ASSERT_TRUE(ring.add(1, 1, 0, api).ok());
    ASSERT_TRUE(ring.add(1, 0, 1, api).ok());
    const AddResult with_out = ring.add(1, 1, 2, api);  // 2 > 1 free
    EXPECT_EQ(with_out.status, AddStatus::kFullNow);
    EXPECT_TRUE(with_out.notify);
    const AddResult without = ring.add(0, 2, 2, api);
    EXPECT_EQ(without.status, AddStatus::kFullNow);
    EXPECT_FALSE(without.notify);
    EXPECT_TRUE(ring.add(1, 0, 2, api).ok());  // one descriptor is still there
    EXPECT_EQ(ring.driver.num_free(), 0);
  }
}

TEST(SplitDriver, FullRingRefusesIndirectBuffersToo) {
  for (const AddApi api : kApis) {
    Ring ring(options(2, true, true));
    ring.add(1, 0, 0);
    ring.add(1, 0, 1);
    const AddResult result = ring.add(1, 1, 2, api);
    EXPECT_EQ(result.status, AddStatus::kFullNow);
    EXPECT_EQ(result.notify, api != AddApi::kPiecewise);  // the piecewise calls never force one
    EXPECT_EQ(ring.pool.in_use(), 0U);
  }
}

TEST(SplitDriver, PiecewiseDirectIsFullWithoutNotification) {
  Ring ring(options(4, false, true));
  ASSERT_TRUE(ring.add(1, 1, 0).ok());
  const AddResult result = ring.driver.start_buf(1, 3, 3);
  EXPECT_EQ(result.status, AddStatus::kFullNow);
  EXPECT_FALSE(result.notify);
}

TEST(SplitDriver, WhatIsLongerThanTheRingNeverFits) {
  for (const bool indirect : {false, true}) {
    for (const AddApi api : kApis) {
      Ring ring(options(8, indirect, true));
      EXPECT_EQ(ring.add(1, 8, 0, api).status, AddStatus::kNeverFits);  // a chain of 9 on a ring of 8
      EXPECT_TRUE(ring.add(1, 7, 0, api).ok());
    }
  }
}

TEST(SplitDriver, LinuxGoesBeyondTheQueueSizeWhenIndirect) {
  for (const AddApi api : kApis) {
    RingOptions linux_rule = options(8, true, true);
    linux_rule.longest_chain = 65535;
    Ring ring(linux_rule);
    EXPECT_TRUE(ring.add(1, 8, 0, api).ok());
    EXPECT_EQ(ring.add(1, 256, 0, api).status, AddStatus::kNeverFits);  // 257 descriptors, tables of 256
    ring.pool.set_failing(true);
    EXPECT_EQ(ring.add(1, 8, 0, api).status, AddStatus::kNoMemory);
  }
}

TEST(SplitDriver, FailedAllocationFallsBackToDirect) {
  for (const AddApi api : {AddApi::kAddBuf, AddApi::kAddSgs}) {
    Ring ring(options(8, true, true));
    ring.pool.set_failing(true);
    ASSERT_TRUE(ring.add(1, 2, 1, api).ok());
    EXPECT_EQ(ring.driver.num_free(), 5);
    EXPECT_EQ(flags(ring.desc(0)), kDescNext);
    ASSERT_TRUE(ring.add(1, 2, 2, api).ok());
    const AddResult full = ring.add(1, 2, 3, api);  // 3 > 2
    EXPECT_EQ(full.status, AddStatus::kFullNow);
    EXPECT_TRUE(full.notify);
    ring.pool.set_failing(false);
    EXPECT_TRUE(ring.add(1, 2, 3, api).ok());
  }
}

TEST(SplitDriver, FailedAllocationFailsThePiecewiseCall) {
  Ring ring(options(8, true, true));
  ring.pool.set_failing(true);
  const AddResult result = ring.driver.start_buf(1, 4, 3);
  EXPECT_EQ(result.status, AddStatus::kNoMemory);
  EXPECT_FALSE(result.notify);
  EXPECT_EQ(ring.driver.num_free(), 8);
  EXPECT_TRUE(ring.driver.start_buf(1, 3, 3).ok());  // direct needs no table
}

// --- misuse is ours, and aborts

TEST(SplitDriverDeathTest, PiecewiseCallsKeepTheirOrder) {
  const Segment one{Ring::kData, 16};
  Ring ring(options(8, true, true));
  EXPECT_DEATH((void)ring.driver.start_buf(1, 2, 3), "nents >= nsg");
  EXPECT_DEATH((void)ring.driver.end_buf(), "end_buf");
  ASSERT_TRUE(ring.driver.start_buf(1, 2, 2).ok());
  EXPECT_DEATH((void)ring.driver.start_buf(1, 2, 2), "has ended");
  EXPECT_DEATH((void)ring.driver.add_buf({&one, 1}, 1, 0, 1), "has ended");
  ring.driver.add_sg({&one, 1}, Direction::kIn);
  EXPECT_DEATH((void)ring.driver.end_buf(), "as announced");
  EXPECT_DEATH(ring.driver.add_sg({&one, 1}, Direction::kOut), "comes first");
  ring.driver.add_sg({&one, 1}, Direction::kIn);
  EXPECT_DEATH(ring.driver.add_sg({&one, 1}, Direction::kIn), "no more");
  EXPECT_TRUE(ring.driver.end_buf().ok());
}

// --- notifying

TEST(SplitDriver, WithoutEventIndexTheFlagDecides) {
  Ring ring(options(8, true, false));
  ring.add(1, 0, 0);
  EXPECT_TRUE(ring.driver.kick_prepare());
  EXPECT_EQ(ring.driver.num_added(), 0);
  EXPECT_TRUE(ring.driver.kick_prepare());  // the flag knows nothing of what was added
  ring.device.suppress_notifications();
  ring.add(1, 0, 1);
  EXPECT_FALSE(ring.driver.kick_prepare());
}

TEST(SplitDriver, WithEventIndexTheFirstOfABurstKicks) {
  Ring ring(options(8, true, true));
  ring.add(1, 0, 0);
  EXPECT_TRUE(ring.driver.kick_prepare());  // avail_event 0, index 0 -> 1
  ring.add(1, 0, 1);
  EXPECT_FALSE(ring.driver.kick_prepare());  // 1 -> 2 does not pass 0
  *ring.words.avail_event = 3;
  ring.add(1, 0, 2);
  EXPECT_FALSE(ring.driver.kick_prepare());  // 2 -> 3 reaches 3, passes it with the next
  ring.add(1, 0, 3);
  ring.add(1, 0, 4);
  EXPECT_TRUE(ring.driver.kick_prepare());  // 3 -> 5 in one go
}

TEST(SplitDriver, EveryPopOfQemuAsksForTheNextAddThatFollowsIt) {
  Ring ring(options(8, true, true));
  ring.add(1, 0, 0);
  ASSERT_TRUE(ring.driver.kick_prepare());
  ring.add(1, 0, 1);
  EXPECT_FALSE(ring.driver.kick_prepare());  // the first kick is not yet answered
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ring.device.arm_notifications();
  EXPECT_EQ(ring.avail_event(), 2);  // the current index, although one buffer still waits
  ring.add(1, 0, 2);
  EXPECT_TRUE(ring.driver.kick_prepare());
}

TEST(SplitDriver, SixtyFiveThousandAddsWithoutAKickForceOne) {
  Ring ring(options(8, false, true));
  for (std::uint32_t i = 1; i < 65535; ++i) {
    ASSERT_FALSE(ring.add(1, 0, 0).notify) << i;
    ASSERT_TRUE(ring.device.pop(ring.chain));
    ring.device.push(ring.chain.head(), 0);
    ASSERT_TRUE(ring.driver.get_buf());
  }
  EXPECT_EQ(ring.driver.num_added(), 65534);
  EXPECT_TRUE(ring.add(1, 0, 0).notify);  // 0 -> 65535 passes avail_event 0
  EXPECT_EQ(ring.driver.num_added(), 0);
}

// --- taking back

TEST(SplitDriver, FreedDescriptorsAreTakenLastInFirstOut) {
  Ring ring(options(8, false, true));
  for (Token token = 0; token < 3; ++token) ring.add(1, 1, token);  // heads 0, 2, 4
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ring.device.pop(ring.chain));
  ring.device.push(2, 0);
  ring.device.push(0, 0);
  const auto first = ring.driver.get_buf();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->token, 1U);
  EXPECT_EQ(ring.driver.free_head(), 2);
  EXPECT_EQ(next(ring.desc(3)), 6);  // the chain's end leads to what was free
  EXPECT_EQ(ring.driver.get_buf()->token, 0U);
  EXPECT_EQ(ring.driver.free_head(), 0);
  EXPECT_EQ(next(ring.desc(1)), 2);
  EXPECT_EQ(ring.driver.num_free(), 6);
  EXPECT_FALSE(ring.driver.get_buf());
  EXPECT_EQ(ring.driver.last_used_idx(), 2);
}

TEST(SplitDriver, GetMovesUsedEventWhileInterruptsAreWanted) {
  Ring ring(options(8, true, true));
  for (Token token = 0; token < 3; ++token) ring.add(0, 1, token);
  for (std::uint16_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(ring.device.pop(ring.chain));
    ring.device.push(i, 16);
  }
  ASSERT_EQ(ring.driver.get_buf()->len, 16U);
  EXPECT_EQ(ring.used_event(), 1);
  ring.driver.disable_cb();
  EXPECT_EQ(ring.avail_flags(), kAvailNoInterrupt);
  ASSERT_TRUE(ring.driver.get_buf());
  EXPECT_EQ(ring.used_event(), 1);        // stays, so that the device is silent
  EXPECT_FALSE(ring.driver.enable_cb());  // one is waiting
  EXPECT_EQ(ring.used_event(), 2);
  EXPECT_EQ(ring.avail_flags(), 0);
  ASSERT_TRUE(ring.driver.get_buf());
  EXPECT_TRUE(ring.driver.enable_cb());
}

TEST(SplitDriver, SixOneDisablesThroughTheEventIndexAlone) {
  Ring ring(options(8, true, true, RingFlavour::kLinux61));
  *ring.words.used_event = 5;
  ring.driver.disable_cb();
  EXPECT_EQ(ring.avail_flags(), 0);
  EXPECT_EQ(ring.used_event(), 0);
  EXPECT_EQ(ring.driver.avail_flags(), kAvailNoInterrupt);
  EXPECT_TRUE(ring.driver.enable_cb());
  EXPECT_EQ(ring.driver.avail_flags(), 0);
}

TEST(SplitDriver, DelayedCallbackWaitsForThreeQuarters) {
  Ring ring(options(8, true, true));
  for (Token token = 0; token < 8; ++token) ring.add(0, 1, token);
  EXPECT_TRUE(ring.driver.enable_cb_delayed());
  EXPECT_EQ(ring.used_event(), 6);  // 8 * 3 / 4
  for (std::uint16_t i = 0; i < 7; ++i) {
    ASSERT_TRUE(ring.device.pop(ring.chain));
    ring.device.push(i, 0);
    EXPECT_EQ(ring.device.should_interrupt(), i == 6) << i;  // the step 6 -> 7 passes 6
  }
  EXPECT_FALSE(ring.driver.enable_cb_delayed());  // 7 > 6 are waiting
}

TEST(SplitDriver, InterruptWithoutUsedBuffersIsNotOurs) {
  Ring ring(options(8, true, true));
  EXPECT_FALSE(ring.driver.on_interrupt());
  ring.add(0, 1, 0);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ring.device.push(0, 0);
  EXPECT_TRUE(ring.driver.on_interrupt());
}

TEST(SplitDriver, DetachTakesBackTheLowestHead) {
  Ring ring(options(8, true, true));
  ring.add(1, 1, 10);
  ring.add(1, 0, 11);
  EXPECT_EQ(ring.driver.detach_unused(), Token{10});
  EXPECT_EQ(ring.avail_idx(), 1);
  EXPECT_EQ(ring.driver.detach_unused(), Token{11});
  EXPECT_EQ(ring.driver.detach_unused(), std::nullopt);
  EXPECT_EQ(ring.avail_idx(), 0);
  EXPECT_EQ(ring.driver.num_free(), 8);
  EXPECT_EQ(ring.pool.in_use(), 0U);
}

// --- index wrap

TEST(SplitDriver, BothIndicesWrapAt65536) {
  for (const bool event_idx : {false, true}) {
    Ring ring(options(8, true, event_idx));
    ring.fast_forward(65534);
    for (std::uint16_t i = 0; i < 4; ++i) {
      ASSERT_TRUE(ring.add(1, 1, i).ok());
      EXPECT_TRUE(ring.driver.kick_prepare());
      EXPECT_EQ(ring.avail_idx(), static_cast<std::uint16_t>(65535 + i));  // 65535, 0, 1, 2
      ASSERT_TRUE(ring.device.pop(ring.chain));
      ring.device.arm_notifications();
      ring.device.push(ring.chain.head(), 1);
      EXPECT_TRUE(ring.device.should_interrupt());
      EXPECT_EQ(ring.used_idx(), static_cast<std::uint16_t>(65535 + i));
      const auto used = ring.driver.get_buf();
      ASSERT_TRUE(used);
      EXPECT_EQ(used->token, i);
    }
    EXPECT_EQ(ring.driver.last_used_idx(), 2);
    EXPECT_EQ(ring.driver.num_free(), 8);
  }
}

}  // namespace
}  // namespace vqlab

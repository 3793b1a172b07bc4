// The device's rules: what it takes, what it answers, and that no driver can lead it astray.
#include <gtest/gtest.h>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using test::options;
using Ring = test::Ring<>;

TEST(SplitDevice, TakesBuffersInOrderAndSplitsThem) {
  for (const bool indirect : {false, true}) {
    Ring ring(options(8, indirect, true));
    ring.add(2, 3, 0);
    ring.add(1, 0, 1);
    const std::vector<Segment> all = Ring::segments(2, 3);
    EXPECT_TRUE(ring.device.has_available());
    ASSERT_TRUE(ring.device.pop(ring.chain));
    EXPECT_EQ(ring.chain.head(), 0);
    const auto readable = ring.chain.readable();
    const auto writable = ring.chain.writable();
    EXPECT_EQ(std::vector<Segment>(readable.begin(), readable.end()),
              std::vector<Segment>(all.begin(), all.begin() + 2));
    EXPECT_EQ(std::vector<Segment>(writable.begin(), writable.end()), std::vector<Segment>(all.begin() + 2, all.end()));
    EXPECT_EQ(ring.chain.readable_bytes(), 16U + 17U);
    EXPECT_EQ(ring.chain.writable_bytes(), 18U + 19U + 20U);
    ASSERT_TRUE(ring.device.pop(ring.chain));
    EXPECT_EQ(ring.chain.readable().size(), 1U);
    EXPECT_TRUE(ring.chain.writable().empty());
    EXPECT_EQ(ring.chain.writable_bytes(), 0U);
    EXPECT_FALSE(ring.device.has_available());
    EXPECT_FALSE(ring.device.pop(ring.chain));
    EXPECT_FALSE(ring.device.broken());
    EXPECT_EQ(ring.device.in_flight(), 2U);
  }
}

TEST(SplitDevice, PopLeavesNotificationsAlone) {
  Ring ring(options(8, true, true));
  ring.add(1, 0, 0);
  ring.add(1, 0, 1);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  EXPECT_EQ(ring.avail_event(), 0);
  EXPECT_FALSE(ring.device.enable_notifications());  // one is waiting
  EXPECT_EQ(ring.avail_event(), 1);                  // the first not yet taken
  ring.device.suppress_notifications();
  EXPECT_EQ(ring.avail_event(), 1);
  EXPECT_EQ(ring.words.used->flags, 0);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  EXPECT_TRUE(ring.device.enable_notifications());
}

TEST(SplitDevice, WithoutEventIndexNotificationsAreAFlag) {
  Ring ring(options(8, true, false));
  ring.device.suppress_notifications();
  EXPECT_EQ(ring.words.used->flags, kUsedNoNotify);
  ring.device.arm_notifications();
  EXPECT_EQ(ring.words.used->flags, 0);
  EXPECT_EQ(ring.avail_event(), 0);
}

TEST(SplitDevice, PushWritesTheEntryAndTheIndex) {
  Ring ring(options(8, true, true));
  ring.add(1, 1, 0);
  ring.add(1, 1, 1);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ring.device.push(1, 17);
  EXPECT_EQ(ring.used_idx(), 1);
  EXPECT_EQ(ring.words.used_ring[0].id, 1U);
  EXPECT_EQ(ring.words.used_ring[0].len, 17U);
  EXPECT_EQ(ring.device.in_flight(), 1U);
}

TEST(SplitDeviceDeathTest, PushOfWhatWasNotTakenIsOurError) {
  Ring ring(options(8, true, true));
  EXPECT_DEATH(ring.device.push(0, 0), "taken");
}

TEST(SplitDevice, InterruptsFollowTheEventIndex) {
  Ring ring(options(8, true, true));
  for (Token token = 0; token < 4; ++token) ring.add(1, 1, token);
  const auto complete = [&] {
    EXPECT_TRUE(ring.device.pop(ring.chain));
    ring.device.push(ring.chain.head(), 0);
  };
  complete();
  EXPECT_TRUE(ring.device.should_interrupt());   // used_event 0, 0 -> 1
  EXPECT_FALSE(ring.device.should_interrupt());  // nothing new
  complete();
  EXPECT_FALSE(ring.device.should_interrupt());  // the driver has not taken the first
  ASSERT_TRUE(ring.driver.get_buf());
  ASSERT_TRUE(ring.driver.get_buf());  // used_event 2
  complete();
  complete();
  EXPECT_TRUE(ring.device.should_interrupt());  // 2 -> 4 in one go
}

TEST(SplitDevice, InterruptsFollowTheFlagWithoutEventIndex) {
  Ring ring(options(8, true, false));
  ring.add(1, 1, 0);
  ring.driver.disable_cb();
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ring.device.push(0, 0);
  EXPECT_FALSE(ring.device.should_interrupt());
  EXPECT_FALSE(ring.driver.enable_cb());
  EXPECT_TRUE(ring.device.should_interrupt());
}

TEST(SplitDevice, AWholeTurnOfTheIndexWithoutALookInterrupts) {
  Ring ring(options(8, false, true));
  for (std::uint32_t i = 0; i < 65536; ++i) {
    ring.add(1, 0, 0);
    (void)ring.driver.kick_prepare();
    ASSERT_TRUE(ring.device.pop(ring.chain));
    ring.device.push(ring.chain.head(), 0);
    ASSERT_TRUE(ring.driver.get_buf());
  }
  EXPECT_TRUE(ring.device.should_interrupt());  // old and new index are equal, yet everything was passed
}

// --- drivers that err: descriptors and available ring written by hand

class BrokenDriver : public ::testing::Test {
 protected:
  BrokenDriver() : ring(options(8, true, true)) {}

  void desc(std::uint16_t i, std::uint64_t addr, std::uint32_t len, std::uint16_t flags, std::uint16_t next = 0) {
    ring.words.desc[i] = {addr, len, make_link(flags, next)};
  }
  // An indirect table at Ring::kTables, referred to by descriptor 0.
  void table(std::vector<Descriptor> entries, std::uint16_t flags = kDescIndirect) {
    for (std::size_t i = 0; i < entries.size(); ++i) ring.pool.table(0)[i] = entries[i];
    desc(0, Ring::kTables, static_cast<std::uint32_t>(16 * entries.size()), flags);
  }
  void offer(std::uint16_t head) {
    ring.words.avail_ring[ring.words.avail->idx & 7] = head;
    ++ring.words.avail->idx;
  }
  void expect_fault(RingFault fault, std::uint16_t head = 0) {
    offer(head);
    EXPECT_FALSE(ring.device.pop(ring.chain));
    EXPECT_EQ(ring.device.fault(), fault) << describe(ring.device.fault());
    EXPECT_EQ(ring.device.last_avail_idx(), 0);
    EXPECT_FALSE(ring.device.pop(ring.chain));
    EXPECT_FALSE(ring.device.has_available());
  }
  void expect_good(std::uint16_t head = 0) {
    offer(head);
    EXPECT_TRUE(ring.device.pop(ring.chain)) << describe(ring.device.fault());
  }

  static constexpr std::uint64_t kData = Ring::kData;
  static constexpr std::uint64_t kEnd = Ring::kEnd;
  Ring ring;
};

TEST_F(BrokenDriver, HeadOutsideTheRing) { expect_fault(RingFault::kAvailHead, 8); }

TEST_F(BrokenDriver, IndexTooFarAhead) {
  desc(0, kData, 16, 0);
  ring.words.avail->idx = 8;  // plus one by the offer: 9 of 8
  expect_fault(RingFault::kAvailIndex);
}

TEST_F(BrokenDriver, IndexThatWentBack) {
  ring.words.avail->idx = static_cast<std::uint16_t>(-2);
  expect_fault(RingFault::kAvailIndex);
}

TEST_F(BrokenDriver, LoopOfOne) {
  desc(0, kData, 16, kDescNext, 0);
  expect_fault(RingFault::kChainTooLong);
}

TEST_F(BrokenDriver, LoopOfWritables) {
  desc(0, kData, 16, kDescNext | kDescWrite, 1);
  desc(1, kData, 16, kDescNext | kDescWrite, 2);
  desc(2, kData, 16, kDescNext | kDescWrite, 0);
  expect_fault(RingFault::kChainTooLong);
}

TEST_F(BrokenDriver, AChainOfTheWholeRingIsFine) {
  for (std::uint16_t i = 0; i < 7; ++i) desc(i, kData, 16, kDescNext | kDescWrite, static_cast<std::uint16_t>(i + 1));
  desc(7, kData, 16, kDescWrite);
  expect_good();
  EXPECT_EQ(ring.chain.writable().size(), 8U);
}

TEST_F(BrokenDriver, NextOutsideTheRing) {
  desc(0, kData, 16, kDescNext, 8);
  expect_fault(RingFault::kNext);
}

TEST_F(BrokenDriver, NextOfAWritableOutsideTheRing) {
  desc(6, kData, 16, kDescNext | kDescWrite, 7);
  desc(7, kData, 16, kDescNext | kDescWrite, 8);
  expect_fault(RingFault::kNext, 6);
}

TEST_F(BrokenDriver, NextOutsideTheTable) {
  table({{kData, 16, make_link(kDescNext, 2)}, {kData, 16, 0}});
  expect_fault(RingFault::kNext);
}

TEST_F(BrokenDriver, NextOfAWritableOutsideTheTable) {
  table({{kData, 16, make_link(kDescNext | kDescWrite, 1)}, {kData, 16, make_link(kDescNext | kDescWrite, 2)}});
  expect_fault(RingFault::kNext);
}

TEST_F(BrokenDriver, TableLongerThanTheRing) {
  std::vector<Descriptor> entries;
  for (std::uint16_t i = 1; i <= 9; ++i) entries.push_back({kData, 16, make_link(i < 9 ? kDescNext : 0, i)});
  table(entries);
  expect_fault(RingFault::kChainTooLong);
}

TEST_F(BrokenDriver, TableOfWritablesLongerThanTheRing) {
  std::vector<Descriptor> entries;
  for (std::uint16_t i = 1; i <= 9; ++i)
    entries.push_back({kData, 16, make_link(kDescWrite | (i < 9 ? kDescNext : 0), i)});
  table(entries);
  expect_fault(RingFault::kChainTooLong);
}

TEST_F(BrokenDriver, LoopInATable) {
  table({{kData, 16, make_link(kDescNext, 0)}});
  expect_fault(RingFault::kChainTooLong);
}

TEST_F(BrokenDriver, IndirectInsideATable) {
  table({{Ring::kTables + 4096, 16, make_link(kDescIndirect, 0)}});
  expect_fault(RingFault::kIndirectNested);
}

TEST_F(BrokenDriver, IndirectAfterDataInsideATable) {
  table({{kData, 16, make_link(kDescNext | kDescWrite, 1)}, {Ring::kTables, 16, make_link(kDescIndirect, 0)}});
  expect_fault(RingFault::kIndirectNested);
}

TEST_F(BrokenDriver, IndirectWithNext) {
  table({{kData, 16, 0}}, kDescIndirect | kDescNext);
  expect_fault(RingFault::kIndirectWithNext);
}

TEST_F(BrokenDriver, TableLengthIsAMultipleOf16) {
  table({{kData, 16, 0}});
  desc(0, Ring::kTables, 24, kDescIndirect);
  expect_fault(RingFault::kIndirectLength);
}

TEST_F(BrokenDriver, EmptyTable) {
  desc(0, Ring::kTables, 0, kDescIndirect);
  expect_fault(RingFault::kIndirectLength);
}

TEST_F(BrokenDriver, TableBeyondTheEndOfMemory) {
  desc(0, kEnd - 16, 32, kDescIndirect);
  expect_fault(RingFault::kIndirectAddress);
}

TEST_F(BrokenDriver, TableAtTheVeryEndOfMemoryIsFine) {
  const std::uint64_t addr = kEnd - 16;
  ASSERT_TRUE(ring.memory.store(addr, std::uint64_t{kData}));
  ASSERT_TRUE(ring.memory.store(addr + 8, std::uint64_t{16}));
  desc(0, addr, 16, kDescIndirect);
  expect_good();
}

TEST_F(BrokenDriver, MisalignedTable) {
  desc(0, Ring::kTables + 4, 16, kDescIndirect);
  expect_fault(RingFault::kIndirectAddress);
}

TEST_F(BrokenDriver, TableAtTheTopOfTheAddressSpace) {
  desc(0, ~0ULL - 15, 32, kDescIndirect);
  expect_fault(RingFault::kIndirectAddress);
}

TEST_F(BrokenDriver, DirectDescriptorsMayLeadToATable) {
  desc(1, kData, 16, kDescNext, 0);
  table({{kData + 16, 16, make_link(kDescNext, 1)}, {kData + 32, 16, make_link(kDescWrite, 0)}});
  expect_good(1);
  EXPECT_EQ(ring.chain.readable().size(), 2U);
  EXPECT_EQ(ring.chain.writable().size(), 1U);
}

TEST_F(BrokenDriver, WriteOnTheReferringDescriptorIsIgnored) {
  table({{kData, 16, 0}}, kDescIndirect | kDescWrite);
  expect_good();
  EXPECT_EQ(ring.chain.readable().size(), 1U);
}

TEST_F(BrokenDriver, ReadableAfterWritable) {
  desc(0, kData, 16, kDescNext | kDescWrite, 1);
  desc(1, kData, 16, 0);
  expect_fault(RingFault::kReadableAfterWritable);
}

TEST_F(BrokenDriver, ReadableAfterARunOfWritables) {
  table({{kData, 16, make_link(kDescNext | kDescWrite, 1)},
         {kData, 16, make_link(kDescNext | kDescWrite, 2)},
         {kData, 16, make_link(kDescNext, 3)},
         {kData, 16, make_link(kDescWrite, 0)}});
  expect_fault(RingFault::kReadableAfterWritable);
}

TEST_F(BrokenDriver, DataUpToTheEndOfMemoryIsFine) {
  desc(0, kEnd - 16, 16, 0);
  expect_good();
}

TEST_F(BrokenDriver, DataBeyondTheEndOfMemory) {
  desc(0, kEnd - 16, 17, 0);
  expect_fault(RingFault::kSegmentAddress);
}

TEST_F(BrokenDriver, DataOfARunBeyondTheEndOfMemory) {
  table({{kData, 16, make_link(kDescNext | kDescWrite, 1)},
         {kEnd - 16, 17, make_link(kDescNext | kDescWrite, 2)},
         {kData, 16, make_link(kDescWrite, 0)}});
  expect_fault(RingFault::kSegmentAddress);
}

TEST_F(BrokenDriver, DataAtTheTopOfTheAddressSpace) {
  desc(0, ~0ULL, 2, kDescWrite);  // its end wraps to address 1
  expect_fault(RingFault::kSegmentAddress);
}

TEST(SplitDevice, DataMayLieWhereThereIsNoMemory) {
  Ring ring(options(8, true, true));
  DeviceOptions wide = Ring::device_options(options(8, true, true));
  wide.data = {0x100000000, 0x1000};
  SplitDevice device(ring.memory, ring.area, wide);
  const Segment inside{0x100000fff, 1};
  const Segment below{0xffffffff, 1};
  (void)ring.driver.add_buf({&inside, 1}, 0, 1, 0);
  (void)ring.driver.add_buf({&below, 1}, 0, 1, 0);
  EXPECT_TRUE(device.pop(ring.chain));
  EXPECT_FALSE(device.pop(ring.chain));
  EXPECT_EQ(device.fault(), RingFault::kSegmentAddress);
}

TEST(SplitDevice, ABufferHoldsAtMost4GiB) {
  Ring ring(options(8, false, true));
  DeviceOptions wide = Ring::device_options(options(8, false, true));
  wide.data = {0, 1ULL << 40};
  SplitDevice device(ring.memory, ring.area, wide);
  const Segment most[] = {{0, 0xffffffff}, {0, 1}};  // 2^32 in all
  const Segment more[] = {{0, 0xffffffff}, {0, 2}};
  (void)ring.driver.add_buf(most, 1, 1, 0);
  (void)ring.driver.add_buf(more, 1, 1, 0);
  EXPECT_TRUE(device.pop(ring.chain));
  EXPECT_FALSE(device.pop(ring.chain));
  EXPECT_EQ(device.fault(), RingFault::kTooManyBytes);
}

TEST(SplitDevice, IndirectNeedsTheFeature) {
  Ring ring(options(8, true, true));
  SplitDevice device(ring.memory, ring.area, Ring::device_options(options(8, false, true)));
  ring.add(1, 1, 0);
  EXPECT_FALSE(device.pop(ring.chain));
  EXPECT_EQ(device.fault(), RingFault::kIndirectNotNegotiated);
}

TEST(SplitDevice, ARingOutsideMemoryIsBrokenFromTheStart) {
  const GuestMemory memory(0, 4096);
  SplitDevice device(memory, legacy_layout(0, 8), Ring::device_options(options(8, true, true)));  // used ring at 4096
  EXPECT_EQ(device.fault(), RingFault::kRingArea);
  Chain chain;
  EXPECT_FALSE(device.pop(chain));
  EXPECT_FALSE(device.has_available());
  EXPECT_FALSE(device.should_interrupt());
  device.arm_notifications();
  device.suppress_notifications();
}

TEST(RingFault, EveryFaultHasItsWords) {
  for (int i = 0; i <= static_cast<int>(RingFault::kOverrun); ++i)
    EXPECT_STRNE(describe(static_cast<RingFault>(i)), "unknown fault") << i;
  EXPECT_STREQ(describe(static_cast<RingFault>(static_cast<int>(RingFault::kOverrun) + 1)), "unknown fault");
}

}  // namespace
}  // namespace vqlab

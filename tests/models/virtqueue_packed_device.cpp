// The packed device's rules: what it takes, what it answers, and that no driver can lead it astray.
#include <gtest/gtest.h>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using test::options;
using PackedRing = test::Ring<PlainAccess, test::Packed>;

TEST(PackedDevice, TakesBuffersInOrderAndSplitsThem) {
  for (const bool indirect : {false, true}) {
    PackedRing ring(options(7, indirect, true));
    ring.add(2, 3, 0);
    ring.add(1, 0, 1);
    const std::vector<Segment> all = PackedRing::segments(2, 3);
    EXPECT_TRUE(ring.device.has_available());
    ASSERT_TRUE(ring.device.pop(ring.chain));
    const auto readable = ring.chain.readable();
    const auto writable = ring.chain.writable();
    EXPECT_EQ(std::vector<Segment>(readable.begin(), readable.end()),
              std::vector<Segment>(all.begin(), all.begin() + 2));
    EXPECT_EQ(std::vector<Segment>(writable.begin(), writable.end()), std::vector<Segment>(all.begin() + 2, all.end()));
    EXPECT_EQ(ring.chain.readable_bytes(), 16U + 17U);
    EXPECT_EQ(ring.chain.writable_bytes(), 18U + 19U + 20U);
    ASSERT_TRUE(ring.device.pop(ring.chain));
    EXPECT_EQ(ring.chain.head(), indirect ? 1 : 5);  // as many ids as descriptors
    EXPECT_EQ(ring.chain.readable().size(), 1U);
    EXPECT_TRUE(ring.chain.writable().empty());
    EXPECT_FALSE(ring.device.has_available());
    EXPECT_FALSE(ring.device.pop(ring.chain));
    EXPECT_FALSE(ring.device.broken());
    EXPECT_EQ(ring.device.in_flight(), 2U);
  }
}

TEST(PackedDevice, NotificationsAtTheFirstNotYetTaken) {
  PackedRing ring(options(8, true, true));
  ring.add(1, 0, 0);
  ring.add(1, 0, 1);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  EXPECT_EQ(*ring.words.device_event, 0U);           // pop leaves them alone
  EXPECT_FALSE(ring.device.enable_notifications());  // one is waiting
  EXPECT_EQ(*ring.words.device_event, make_event(EventFlags::kDescriptor, 0x8001));
  ring.device.suppress_notifications();
  EXPECT_EQ(*ring.words.device_event, make_event(EventFlags::kDisable, 0x8001));
  ASSERT_TRUE(ring.device.pop(ring.chain));
  EXPECT_TRUE(ring.device.enable_notifications());
  EXPECT_EQ(*ring.words.device_event, make_event(EventFlags::kDescriptor, 0x8002));
}

TEST(PackedDevice, WithoutEventIndexNotificationsAreAFlag) {
  PackedRing ring(options(8, true, false));
  ring.device.suppress_notifications();
  EXPECT_EQ(*ring.words.device_event, make_event(EventFlags::kDisable, 0));
  ring.device.arm_notifications();
  EXPECT_EQ(*ring.words.device_event, make_event(EventFlags::kEnable, 0));
}

TEST(PackedDevice, HandsBackWhereTheDriverLooksNext) {
  PackedRing ring(options(5, false, true));
  ring.fast_forward(4);
  ring.add(0, 2, 0);  // descriptors 4 and 0
  ASSERT_TRUE(ring.device.pop(ring.chain));
  EXPECT_EQ(ring.device.last_avail_idx(), 1);
  EXPECT_FALSE(ring.device.last_avail_wrap());
  ring.device.push(ring.chain.head(), 3);
  EXPECT_EQ(ring.desc(4).len, 3U);
  EXPECT_EQ(ring.desc(4).link, make_packed_link(kPackedAvail | kPackedUsed | kDescWrite, ring.chain.head()));
  EXPECT_EQ(ring.device.used_idx(), 1);
  EXPECT_FALSE(ring.device.used_wrap());
  EXPECT_EQ(ring.device.completed(), 2U);
  EXPECT_EQ(ring.driver.get_buf()->len, 3U);
}

TEST(PackedDevice, ManyPushesAreAnnouncedAllTheSame) {
  PackedRing ring(options(7, true, true));
  ring.driver.disable_cb();
  (void)ring.driver.enable_cb();
  const Segment one{PackedRing::kData, 16};
  for (int i = 0; i < 40000; ++i) {  // more than a position can tell apart
    ASSERT_TRUE(ring.driver.add_buf({&one, 1}, 1, 0, 0).ok());
    ASSERT_TRUE(ring.device.pop(ring.chain));
    ring.device.push(ring.chain.head(), 0);
    if (i < 39999) {
      ASSERT_TRUE(ring.driver.get_buf());
    }
  }
  EXPECT_EQ(ring.device.completed(), 40000U);
  EXPECT_TRUE(ring.device.should_interrupt());  // the last one is where the driver asked to be told
  EXPECT_FALSE(ring.device.should_interrupt());
}

TEST(PackedDevice, OnlyWhatWasTakenCanBeHandedBack) {
  PackedRing ring(options(8, true, true));
  EXPECT_DEATH(ring.device.push(0, 0), "taken");
  EXPECT_DEATH(ring.device.push(8, 0), "taken");
  ring.add(1, 0, 0);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ring.device.push(0, 0);
  EXPECT_DEATH(ring.device.push(0, 0), "taken");
}

// --- a driver that errs

class BrokenPackedDriver : public ::testing::Test {
 protected:
  explicit BrokenPackedDriver() : ring(options(4, true, true)) {}

  static Descriptor desc(std::uint64_t addr, std::uint32_t len, unsigned flags, std::uint16_t id) {
    return {addr, len, make_packed_link(static_cast<std::uint16_t>(flags), id)};
  }
  void expect_fault(RingFault fault) {
    EXPECT_FALSE(ring.device.pop(ring.chain));
    EXPECT_EQ(ring.device.fault(), fault) << describe(ring.device.fault());
    // From now on nothing happens.
    const std::uint32_t event = *ring.words.device_event;
    EXPECT_FALSE(ring.device.has_available());
    EXPECT_FALSE(ring.device.pop(ring.chain));
    ring.device.arm_notifications();
    EXPECT_TRUE(ring.device.enable_notifications());
    ring.device.suppress_notifications();
    EXPECT_EQ(*ring.words.device_event, event);
  }
  // A buffer in the table that descriptor 0 refers to.
  void refer(std::uint64_t addr, std::uint32_t bytes, unsigned flags = kPackedAvail | kDescIndirect) {
    ring.words.desc[0] = desc(addr, bytes, flags, 0);
  }

  PackedRing ring;
};

TEST_F(BrokenPackedDriver, ChainRunsIntoWhatIsNotAvailable) {
  ring.words.desc[0] = desc(PackedRing::kData, 16, kPackedAvail | kDescNext, 0);
  expect_fault(RingFault::kNotAvailable);
}
TEST_F(BrokenPackedDriver, ChainIsLongerThanTheRing) {
  for (int i = 0; i < 4; ++i) ring.words.desc[i] = desc(PackedRing::kData, 16, kPackedAvail | kDescNext, 0);
  expect_fault(RingFault::kChainTooLong);
}
TEST_F(BrokenPackedDriver, IndirectBehindOthers) {
  ring.words.desc[1] = desc(PackedRing::kTables, 16, kPackedAvail | kDescIndirect, 0);
  ring.words.desc[0] = desc(PackedRing::kData, 16, kPackedAvail | kDescNext, 0);
  expect_fault(RingFault::kIndirectInChain);
}
TEST_F(BrokenPackedDriver, IndirectWithNext) {
  refer(PackedRing::kTables, 16, kPackedAvail | kDescIndirect | kDescNext);
  expect_fault(RingFault::kIndirectWithNext);
}
TEST_F(BrokenPackedDriver, IndirectInsideATable) {
  ring.pool.table(0)[0] = desc(PackedRing::kTables, 16, kDescIndirect, 0);
  refer(PackedRing::kTables, 16);
  expect_fault(RingFault::kIndirectNested);
}
TEST_F(BrokenPackedDriver, TableOfNoEntries) {
  refer(PackedRing::kTables, 0);
  expect_fault(RingFault::kIndirectLength);
}
TEST_F(BrokenPackedDriver, TableOfHalfAnEntry) {
  refer(PackedRing::kTables, 24);
  expect_fault(RingFault::kIndirectLength);
}
TEST_F(BrokenPackedDriver, TableBeyondMemory) {
  refer(PackedRing::kEnd - 16, 32);
  expect_fault(RingFault::kIndirectAddress);
}
TEST_F(BrokenPackedDriver, TableMisaligned) {
  refer(PackedRing::kTables + 4, 16);
  expect_fault(RingFault::kIndirectAddress);
}
TEST_F(BrokenPackedDriver, TableLongerThanAgreed) {
  refer(PackedRing::kTables, 5 * 16);
  expect_fault(RingFault::kChainTooLong);
}
TEST_F(BrokenPackedDriver, DataBeyondMemory) {
  ring.words.desc[0] = desc(PackedRing::kEnd - 15, 16, kPackedAvail, 0);
  expect_fault(RingFault::kSegmentAddress);
}
TEST_F(BrokenPackedDriver, DataAtTheEndOfTheAddressSpace) {
  ring.pool.table(0)[0] = desc(~0ULL, 2, 0, 0);
  refer(PackedRing::kTables, 16);
  expect_fault(RingFault::kSegmentAddress);
}
TEST_F(BrokenPackedDriver, ReadableAfterWritable) {
  ring.words.desc[1] = desc(PackedRing::kData, 16, kPackedAvail, 0);
  ring.words.desc[0] = desc(PackedRing::kData, 16, kPackedAvail | kDescNext | kDescWrite, 0);
  expect_fault(RingFault::kReadableAfterWritable);
}
TEST_F(BrokenPackedDriver, IdOutsideTheRing) {
  ring.words.desc[0] = desc(PackedRing::kData, 16, kPackedAvail, 4);
  expect_fault(RingFault::kBufferId);
}
TEST_F(BrokenPackedDriver, IdThatIsInFlight) {
  ring.words.desc[0] = desc(PackedRing::kData, 16, kPackedAvail, 2);
  ring.words.desc[1] = desc(PackedRing::kData, 16, kPackedAvail, 2);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  expect_fault(RingFault::kBufferIdInUse);
}
TEST_F(BrokenPackedDriver, DescriptorsThatAreInFlight) {
  for (std::uint16_t i = 0; i < 3; ++i)
    ring.words.desc[i] = desc(PackedRing::kData, 16, kPackedAvail | (i < 2 ? kDescNext : 0), 0);
  ASSERT_TRUE(ring.device.pop(ring.chain));  // 0, 1 and 2
  ring.words.desc[0] = desc(PackedRing::kData, 16, kPackedUsed, 1);
  ring.words.desc[3] = desc(PackedRing::kData, 16, kPackedAvail | kDescNext, 1);
  expect_fault(RingFault::kOverrun);
}
TEST_F(BrokenPackedDriver, WhatATableHasBesideWriteMeansNothing) {
  ring.pool.table(0)[0] = desc(PackedRing::kData, 16, kDescNext | kPackedUsed | 8, 99);
  ring.pool.table(0)[1] = desc(PackedRing::kData, 8, kDescWrite, 3);
  refer(PackedRing::kTables, 32);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  EXPECT_EQ(ring.chain.readable_bytes(), 16U);
  EXPECT_EQ(ring.chain.writable_bytes(), 8U);
  EXPECT_EQ(ring.chain.head(), 0);
}

TEST(PackedDevice, RefusesTablesThatWereNotNegotiated) {
  PackedRing ring(options(4, false, true));
  ring.words.desc[0] = {PackedRing::kTables, 16, make_packed_link(kPackedAvail | kDescIndirect, 0)};
  EXPECT_FALSE(ring.device.pop(ring.chain));
  EXPECT_EQ(ring.device.fault(), RingFault::kIndirectNotNegotiated);
}

TEST(PackedDevice, RefusesMoreThanFourGigabytes) {
  const GuestMemory memory(0, 4096);
  const RingArea area = packed_layout(0, 4);
  const PackedWords words = resolve_packed(memory, area, 4);
  // Data is described, never touched: it need not exist.
  PackedDevice device(memory, area, {.size = 4, .data = {0, 1ULL << 40}});
  words.desc[0] = {0, 0xffffffff, make_packed_link(kPackedAvail | kDescNext, 0)};
  words.desc[1] = {0, 2, make_packed_link(kPackedAvail, 0)};
  Chain chain;
  EXPECT_FALSE(device.pop(chain));
  EXPECT_EQ(device.fault(), RingFault::kTooManyBytes);
}

TEST(PackedDevice, WithoutItsRingItIsBroken) {
  const GuestMemory memory(0, 4096);
  PackedDevice device(memory, packed_layout(4096 - 64, 4), {.size = 4});
  Chain chain;
  EXPECT_EQ(device.fault(), RingFault::kRingArea);
  EXPECT_FALSE(device.pop(chain));
  EXPECT_FALSE(device.should_interrupt());
}

}  // namespace
}  // namespace vqlab

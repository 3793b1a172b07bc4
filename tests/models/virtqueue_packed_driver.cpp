// The packed driver's rules, one test for each. That its bytes are Linux's, the golden traces say.
#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using test::AddApi;
using test::options;
using PackedRing = test::Ring<PlainAccess, test::Packed>;

constexpr AddApi kPackedApis[] = {AddApi::kAddBuf, AddApi::kPiecewise, AddApi::kAddSgs};

Descriptor desc(std::uint64_t addr, std::uint32_t len, unsigned flags, std::uint16_t id) {
  return {addr, len, make_packed_link(static_cast<std::uint16_t>(flags), id)};
}

// --- the bytes of a buffer

TEST(PackedDriver, DirectBufferIsARunOfDescriptorsWithOneId) {
  for (const AddApi api : kPackedApis) {
    PackedRing ring(options(7, false, true));
    ASSERT_TRUE(ring.add(1, 2, 7, api).ok());
    EXPECT_EQ(ring.desc(0), desc(PackedRing::kData, 16, kPackedAvail | kDescNext, 0));
    EXPECT_EQ(ring.desc(1), desc(PackedRing::kData + 4096, 17, kPackedAvail | kDescNext | kDescWrite, 0));
    EXPECT_EQ(ring.desc(2), desc(PackedRing::kData + 8192, 18, kPackedAvail | kDescWrite, 0));
    EXPECT_EQ(ring.desc(3), desc(0, 0, 0, 0));
    EXPECT_EQ(ring.driver.num_free(), 4);
    EXPECT_EQ(ring.driver.free_head(), 3);  // it holds ids 0, 1 and 2
    EXPECT_EQ(ring.driver.num_added(), 3);
    EXPECT_EQ(ring.driver.avail_idx(), 3);
    EXPECT_EQ(ring.driver.in_flight(), 1);
  }
}

TEST(PackedDriver, ABufferThatPassesTheEndTurnsItsFlags) {
  PackedRing ring(options(5, false, true));
  ring.fast_forward(3);
  ASSERT_TRUE(ring.add(1, 2, 7).ok());
  const std::uint16_t id = ring.driver.last_head();
  EXPECT_EQ(ring.desc(3), desc(PackedRing::kData, 16, kPackedAvail | kDescNext, id));
  EXPECT_EQ(ring.desc(4), desc(PackedRing::kData + 4096, 17, kPackedAvail | kDescNext | kDescWrite, id));
  EXPECT_EQ(ring.desc(0), desc(PackedRing::kData + 8192, 18, kPackedUsed | kDescWrite, id));
  EXPECT_EQ(ring.driver.avail_idx(), 1);
  EXPECT_FALSE(ring.driver.avail_wrap());
}

TEST(PackedDriver, ABufferMayFillTheRing) {
  PackedRing ring(options(5, false, true));
  ASSERT_TRUE(ring.add(2, 3, 7).ok());
  EXPECT_EQ(ring.driver.num_free(), 0);
  EXPECT_EQ(ring.driver.avail_idx(), 0);
  EXPECT_FALSE(ring.driver.avail_wrap());
  ASSERT_TRUE(ring.device.pop(ring.chain));
  EXPECT_EQ(ring.chain.readable().size() + ring.chain.writable().size(), 5U);
  EXPECT_FALSE(ring.device.has_available());
}

TEST(PackedDriver, IndirectBufferTakesOneDescriptor) {
  for (const AddApi api : kPackedApis) {
    PackedRing ring(options(8, true, true));
    ASSERT_TRUE(ring.add(1, 3, 7, api).ok());
    EXPECT_EQ(ring.desc(0), desc(PackedRing::kTables, 4 * 16, kPackedAvail | kDescIndirect, 0));
    // In a table only WRITE means anything.
    EXPECT_EQ(ring.table(0, 0), desc(PackedRing::kData, 16, 0, 0));
    EXPECT_EQ(ring.table(0, 1), desc(PackedRing::kData + 4096, 17, kDescWrite, 0));
    EXPECT_EQ(ring.table(0, 3), desc(PackedRing::kData + 12288, 19, kDescWrite, 0));
    EXPECT_EQ(ring.driver.num_free(), 7);
    EXPECT_EQ(ring.driver.free_head(), 1);
  }
}

// What the device sees after each store.
struct Recorder {
  std::vector<const void*>* stores = nullptr;

  template <class T>
  T load(const T& word) {
    return word;
  }
  template <class T>
  void store(T& word, T value) {
    if (stores != nullptr) stores->push_back(&word);
    word = value;
  }
  void full_barrier() {}
  void read_barrier() {}
  void write_barrier() {
    if (stores != nullptr) stores->push_back(nullptr);
  }
};

TEST(PackedDriver, TheHeadsFlagsComeLastAndBehindABarrier) {
  for (const AddApi api : kPackedApis) {
    for (const bool indirect : {false, true}) {
      std::vector<const void*> stores;
      test::Ring<Recorder, test::Packed> ring(options(8, indirect, true), 64, Recorder{&stores});
      stores.clear();
      ASSERT_TRUE(ring.add(2, 2, 7, api).ok());
      ASSERT_GE(stores.size(), 2U);
      EXPECT_EQ(stores.back(), &ring.words.desc[0].link);
      EXPECT_EQ(stores[stores.size() - 2], nullptr);
      EXPECT_EQ(std::count(stores.begin(), stores.end(), static_cast<const void*>(&ring.words.desc[0].link)), 1);
    }
  }
}

// --- refusals

TEST(PackedDriver, FullAndNeverAreTwoWordsAndNeitherWakesTheDevice) {
  for (const AddApi api : kPackedApis) {
    PackedRing ring(options(5, false, true));
    EXPECT_EQ(ring.add(2, 4, 1, api).status, AddStatus::kNeverFits);
    ASSERT_TRUE(ring.add(1, 2, 1, api).ok());
    const AddResult full = ring.add(1, 2, 2, api);
    EXPECT_EQ(full.status, AddStatus::kFullNow);
    EXPECT_FALSE(full.notify);
  }
}

TEST(PackedDriver, WithoutATableItFallsBackToDirectButPiecewise) {
  PackedRing ring(options(8, true, true));
  ring.pool.set_failing(true);
  EXPECT_EQ(ring.add(1, 2, 1, AddApi::kPiecewise).status, AddStatus::kNoMemory);
  EXPECT_TRUE(ring.add(1, 2, 2, AddApi::kAddBuf).ok());
  EXPECT_EQ(ring.driver.num_free(), 5);
  EXPECT_EQ(ring.desc(0), desc(PackedRing::kData, 16, kPackedAvail | kDescNext, 0));
}

// --- kicks

TEST(PackedDriver, KicksByTheDevicesFlags) {
  PackedRing ring(options(8, true, false));
  ring.add(1, 0, 0);
  EXPECT_TRUE(ring.driver.kick_prepare());
  EXPECT_EQ(ring.driver.num_added(), 0);
  ring.device.suppress_notifications();
  ring.add(1, 0, 1);
  EXPECT_FALSE(ring.driver.kick_prepare());
  ring.device.arm_notifications();
  ring.add(1, 0, 2);
  EXPECT_TRUE(ring.driver.kick_prepare());
}

TEST(PackedDriver, KicksAtTheDevicesPosition) {
  PackedRing ring(options(7, true, true));
  for (int round = 0; round < 10; ++round) {  // 10 * 3 descriptors: around more than four times
    ring.device.arm_notifications();
    ring.add(1, 0, 0);
    EXPECT_TRUE(ring.driver.kick_prepare()) << round;
    ring.add(1, 0, 1);
    ring.add(1, 0, 2);
    EXPECT_FALSE(ring.driver.kick_prepare()) << round;
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(ring.device.pop(ring.chain));
      ring.device.push(ring.chain.head(), 0);
      ASSERT_TRUE(ring.driver.get_buf());
    }
  }
}

TEST(PackedDriver, ACountThatWouldRunAwayNotifiesAtOnce) {
  PackedRing ring(options(8, true, true));
  const Segment one{PackedRing::kData, 16};
  bool notified = false;
  int added = 0;
  while (!notified && added < 70000) {
    notified = ring.driver.add_buf({&one, 1}, 1, 0, 0).notify;
    ++added;
    ASSERT_TRUE(ring.device.pop(ring.chain));
    ring.device.push(ring.chain.head(), 0);
    ASSERT_TRUE(ring.driver.get_buf());
  }
  EXPECT_EQ(added, 32768);  // one more than the 32767 that a position can tell apart
  EXPECT_EQ(ring.driver.num_added(), 0);
}

// --- taking back

TEST(PackedDriver, BuffersComeBackInAnyOrderAndIdsLastInFirstOut) {
  PackedRing ring(options(8, false, true));
  ring.add(1, 1, 10);  // id 0, descriptors 0 and 1
  ring.add(0, 3, 11);  // id 2, descriptors 2 to 4
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ring.device.push(2, 50);
  EXPECT_EQ(ring.desc(0).len, 50U);  // the next used descriptor lies where the first chain begins
  EXPECT_EQ(ring.desc(0).link, make_packed_link(kPackedAvail | kPackedUsed | kDescWrite, 2));
  auto used = ring.driver.get_buf();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->token, 11U);
  EXPECT_EQ(used->len, 50U);
  EXPECT_EQ(ring.driver.last_used_idx(), 3);  // skips as many as the buffer holds
  EXPECT_EQ(ring.driver.free_head(), 2);
  ring.device.push(0, 0);
  EXPECT_EQ(ring.desc(3).link, make_packed_link(kPackedAvail | kPackedUsed, 0));  // nothing written
  used = ring.driver.get_buf();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->token, 10U);
  EXPECT_EQ(ring.driver.last_used_idx(), 5);
  EXPECT_EQ(ring.driver.free_head(), 0);
  EXPECT_FALSE(ring.driver.get_buf());
  EXPECT_EQ(ring.driver.num_free(), 8);
  EXPECT_EQ(ring.driver.in_flight(), 0);
}

TEST(PackedDriver, DetachTakesBackTheLowestId) {
  PackedRing ring(options(8, true, true));
  ring.add(1, 1, 10);
  ring.add(1, 0, 11);
  EXPECT_EQ(ring.driver.detach_unused(), Token{10});
  EXPECT_EQ(ring.driver.detach_unused(), Token{11});
  EXPECT_EQ(ring.driver.detach_unused(), std::nullopt);
  EXPECT_EQ(ring.driver.num_free(), 8);
  EXPECT_EQ(ring.pool.in_use(), 0U);
  EXPECT_EQ(ring.driver.avail_idx(), 2);  // the ring is as it was
}

// --- callbacks

// The device uses one more buffer of a single descriptor.
void use_one(PackedRing& ring) {
  ring.add(0, 1, 0);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ring.device.push(ring.chain.head(), 0);
}

TEST(PackedDriver, CallbacksAreAFlagWithoutEventIndex) {
  PackedRing ring(options(8, true, false));
  ring.driver.disable_cb();
  EXPECT_EQ(*ring.words.driver_event, make_event(EventFlags::kDisable, 0));
  use_one(ring);
  EXPECT_FALSE(ring.device.should_interrupt());
  EXPECT_FALSE(ring.driver.enable_cb());  // one is waiting
  EXPECT_EQ(*ring.words.driver_event, make_event(EventFlags::kEnable, 0));
  ASSERT_TRUE(ring.driver.get_buf());
  EXPECT_TRUE(ring.driver.enable_cb());
  EXPECT_FALSE(ring.driver.on_interrupt());
  use_one(ring);
  EXPECT_TRUE(ring.device.should_interrupt());
  EXPECT_TRUE(ring.driver.on_interrupt());
  EXPECT_FALSE(ring.driver.event_triggered());
}

TEST(PackedDriver, CallbacksAreAPositionWithEventIndex) {
  PackedRing ring(options(8, true, true));
  EXPECT_EQ(ring.driver.event_flags(), EventFlags::kEnable);  // until disabled once
  ring.driver.disable_cb();
  EXPECT_EQ(*ring.words.driver_event, make_event(EventFlags::kDisable, 0));
  EXPECT_TRUE(ring.driver.enable_cb());
  EXPECT_EQ(*ring.words.driver_event, make_event(EventFlags::kDescriptor, 0x8000));
  use_one(ring);
  EXPECT_TRUE(ring.device.should_interrupt());
  ASSERT_TRUE(ring.driver.get_buf());
  EXPECT_EQ(*ring.words.driver_event, make_event(EventFlags::kDescriptor, 0x8001));  // moves along
  ring.driver.disable_cb();
  use_one(ring);
  EXPECT_FALSE(ring.device.should_interrupt());
  ASSERT_TRUE(ring.driver.get_buf());
  EXPECT_EQ(*ring.words.driver_event, make_event(EventFlags::kDisable, 0x8001));  // stays
}

TEST(PackedDriver, AfterAnInterruptDisablingWritesNothing) {
  PackedRing ring(options(8, true, true));
  ring.driver.disable_cb();
  (void)ring.driver.enable_cb();
  use_one(ring);
  EXPECT_TRUE(ring.driver.on_interrupt());
  EXPECT_TRUE(ring.driver.event_triggered());
  ring.driver.disable_cb();
  EXPECT_EQ(ring.driver.event_flags(), EventFlags::kDisable);
  EXPECT_EQ(*ring.words.driver_event, make_event(EventFlags::kDescriptor, 0x8000));
  ASSERT_TRUE(ring.driver.get_buf());
  EXPECT_TRUE(ring.driver.enable_cb());
  EXPECT_FALSE(ring.driver.event_triggered());
  EXPECT_EQ(*ring.words.driver_event, make_event(EventFlags::kDescriptor, 0x8001));
}

TEST(PackedDriver, TheOpaqueHasTheWrapCounter) {
  PackedRing ring(options(3, true, true));
  ring.fast_forward(2);
  const std::uint16_t before = ring.driver.enable_cb_prepare();
  EXPECT_EQ(before, 0x8002);
  EXPECT_FALSE(ring.driver.poll(before));
  use_one(ring);
  EXPECT_TRUE(ring.driver.poll(before));
  ASSERT_TRUE(ring.driver.get_buf());
  const std::uint16_t after = ring.driver.enable_cb_prepare();
  EXPECT_EQ(after, 0x0000);  // the second round
  EXPECT_FALSE(ring.driver.poll(after));
  EXPECT_FALSE(ring.driver.poll(3));  // no position of this ring
}

TEST(PackedDriver, DelayedCallbackWaitsForThreeQuartersOfTheDescriptors) {
  PackedRing ring(options(8, true, true));
  ring.driver.disable_cb();
  for (Token token = 0; token < 8; ++token) ring.add(0, 1, token);
  EXPECT_TRUE(ring.driver.enable_cb_delayed());
  EXPECT_EQ(*ring.words.driver_event, make_event(EventFlags::kDescriptor, 0x8006));  // 8 * 3 / 4
  for (std::uint16_t i = 0; i < 8; ++i) {
    ASSERT_TRUE(ring.device.pop(ring.chain));
    ring.device.push(i, 0);
    EXPECT_EQ(ring.device.should_interrupt(), i == 6) << i;  // the step 6 -> 7 passes 6
  }
  EXPECT_FALSE(ring.driver.enable_cb_delayed());
}

// --- a device that errs

class BrokenPackedDevice : public ::testing::Test {
 protected:
  BrokenPackedDevice() : ring(options(8, true, true)) {
    ring.add(1, 1, 0);
    ring.add(1, 1, 1);
  }
  // The device writes a used descriptor of its own making.
  void use(std::uint16_t at, std::uint16_t id, std::uint32_t len) {
    ring.words.desc[at].len = len;
    ring.words.desc[at].link = make_packed_link(kPackedAvail | kPackedUsed, id);
  }
  void expect_fault(RingFault fault) {
    EXPECT_FALSE(ring.driver.get_buf());
    EXPECT_EQ(ring.driver.fault(), fault) << describe(ring.driver.fault());
    EXPECT_TRUE(ring.driver.broken());
    // From now on nothing happens.
    EXPECT_EQ(ring.add(1, 0, 2).status, AddStatus::kBroken);
    EXPECT_EQ(ring.driver.start_buf(2, 1, 1).status, AddStatus::kBroken);
    EXPECT_FALSE(ring.driver.kick_prepare());
    EXPECT_FALSE(ring.driver.on_interrupt());
    EXPECT_FALSE(ring.driver.get_buf());
  }
  PackedRing ring;
};

TEST_F(BrokenPackedDevice, IdOutsideTheRing) {
  use(0, 8, 0);
  expect_fault(RingFault::kUsedId);
}
TEST_F(BrokenPackedDevice, IdThatIsFree) {
  use(0, 2, 0);
  expect_fault(RingFault::kUsedNoHead);
}
TEST_F(BrokenPackedDevice, LengthBeyondTheWritablePart) {
  use(0, 1, 18);  // segments of 16 readable and 17 writable bytes
  expect_fault(RingFault::kUsedLength);
}
TEST_F(BrokenPackedDevice, TheSameBufferTwice) {
  use(0, 1, 17);
  use(1, 1, 17);
  ASSERT_TRUE(ring.driver.get_buf());
  expect_fault(RingFault::kUsedNoHead);
}
TEST_F(BrokenPackedDevice, MoreUsedThanInFlight) {
  use(0, 1, 0);
  use(1, 0, 0);
  use(2, 0, 0);
  ASSERT_TRUE(ring.driver.get_buf());
  ASSERT_TRUE(ring.driver.get_buf());
  expect_fault(RingFault::kUsedNoHead);
}
TEST(PackedDriver, LinuxLetsAWrongLengthPass) {
  RingOptions linux_rule = options(8, true, true);
  linux_rule.check_used = false;
  PackedRing ring(linux_rule);
  ring.add(1, 0, 5);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ring.device.push(0, 4096);
  EXPECT_EQ(ring.driver.get_buf()->len, 4096U);
}

// --- misuse

TEST(PackedDriver, NeedsARingAndTables) {
  const GuestMemory memory(0, 4096);
  EXPECT_DEATH(PackedDriver(memory, packed_layout(8, 4), options(4, false, false), nullptr), "ring has a valid size");
  EXPECT_DEATH(PackedDriver(memory, packed_layout(0, 4), options(4, true, false), nullptr), "need tables");
}

}  // namespace
}  // namespace vqlab

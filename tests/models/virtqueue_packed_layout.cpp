// The packed ring's bytes and positions against the specification (virtio 1.x, section 2.8).
#include <gtest/gtest.h>

#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/packed_layout.hpp"

namespace vqlab {
namespace {

constexpr std::uint16_t kAvailBit = 0x0080;  // bit 7
constexpr std::uint16_t kUsedBit = 0x8000;   // bit 15

TEST(PackedLayout, PartsFollowEachOther) {
  const RingArea area = packed_layout(0x1000, 7);
  EXPECT_EQ(area.desc, 0x1000U);
  EXPECT_EQ(area.avail, 0x1070U);    // 16 * 7 = 112
  EXPECT_EQ(area.used, 0x1074U);     // 4 bytes of event suppression
  EXPECT_EQ(packed_bytes(7), 120U);  // 112 + 4 + 4
}

TEST(PackedLayout, AnySizeUpTo32768) {
  EXPECT_TRUE(valid_packed_size(1));
  EXPECT_TRUE(valid_packed_size(7));
  EXPECT_TRUE(valid_packed_size(32768));
  EXPECT_FALSE(valid_packed_size(0));
  EXPECT_FALSE(valid_packed_size(32769));
}

TEST(PackedLayout, WordsLieWhereTheSpecificationPutsThem) {
  const GuestMemory memory(0x4000, 0x1000);
  const PackedWords words = resolve_packed(memory, packed_layout(0x4000, 5), 5);
  ASSERT_TRUE(words.valid());
  words.desc[1] = {0x1122334455667788, 0x99aabbcc, make_packed_link(kDescWrite | kAvailBit, 7)};
  *words.driver_event = make_event(EventFlags::kDescriptor, 0x8003);
  *words.device_event = make_event(EventFlags::kDisable, 0);
  std::uint16_t word = 0;
  ASSERT_TRUE(memory.load(0x4000 + 16 + 12, word));
  EXPECT_EQ(word, 7);  // id, then flags
  ASSERT_TRUE(memory.load(0x4000 + 16 + 14, word));
  EXPECT_EQ(word, 0x0082);
  ASSERT_TRUE(memory.load(0x4000 + 80, word));
  EXPECT_EQ(word, 0x8003);  // off_wrap, then flags
  ASSERT_TRUE(memory.load(0x4000 + 82, word));
  EXPECT_EQ(word, 2);
  ASSERT_TRUE(memory.load(0x4000 + 86, word));
  EXPECT_EQ(word, 1);
}

TEST(PackedLayout, PartsOutsideMemoryOrMisalignedAreNoRing) {
  const GuestMemory memory(0, 0x1000);
  const RingArea good = packed_layout(0, 8);
  EXPECT_TRUE(resolve_packed(memory, good, 8).valid());
  EXPECT_FALSE(resolve_packed(memory, good, 0).valid());
  EXPECT_FALSE(resolve_packed(memory, good, 257).valid());                          // 16 * 257 > 4096
  EXPECT_FALSE(resolve_packed(memory, {8, good.avail, good.used}, 8).valid());      // 16
  EXPECT_FALSE(resolve_packed(memory, {0, good.avail + 2, good.used}, 8).valid());  // 4
  EXPECT_FALSE(resolve_packed(memory, {0, good.avail, good.used + 2}, 8).valid());  // 4
  EXPECT_TRUE(resolve_packed(memory, {0, good.avail, 0x1000 - 4}, 8).valid());      // the last word
  EXPECT_FALSE(resolve_packed(memory, {0, good.avail, 0x1000}, 8).valid());
  EXPECT_FALSE(resolve_packed(memory, {0, 0x1000, good.used}, 8).valid());
}

TEST(PackedLayout, PositionsWrapPastTheEnd) {
  RingPosition at;
  EXPECT_EQ(at.off_wrap(), 0x8000);  // counters start at 1
  at.advance(6, 7);
  EXPECT_EQ(at, (RingPosition{6, true}));
  at.advance(1, 7);
  EXPECT_EQ(at, (RingPosition{0, false}));
  at.advance(7, 7);  // once around
  EXPECT_EQ(at, (RingPosition{0, true}));
  at.advance(9 - 7 + 3, 7);
  EXPECT_EQ(at.off_wrap(), 0x8005);
  EXPECT_EQ(RingPosition::from(0x8005), at);
  EXPECT_EQ(RingPosition::from(0x7fff), (RingPosition{0x7fff, false}));
}

TEST(PackedLayout, FlagsOfBothRounds) {
  constexpr RingPosition first{0, true};
  constexpr RingPosition second{0, false};
  EXPECT_EQ(first.available_flags(), kAvailBit);  // AVAIL = wrap, USED = !wrap
  EXPECT_EQ(second.available_flags(), kUsedBit);
  EXPECT_EQ(first.used_flags(), kAvailBit | kUsedBit);  // both equal the wrap counter
  EXPECT_EQ(second.used_flags(), 0);
  EXPECT_TRUE(first.is_available(kAvailBit | kDescNext));
  EXPECT_FALSE(first.is_available(0));                      // fresh memory
  EXPECT_FALSE(second.is_available(kAvailBit | kUsedBit));  // used in the first round
  EXPECT_FALSE(first.is_used(0));
  EXPECT_FALSE(second.is_used(kAvailBit | kUsedBit));
}

TEST(PackedLayout, NeedEventByFlags) {
  EXPECT_TRUE(packed_need_event(make_event(EventFlags::kEnable, 0), {3, true}, 0, 8));
  EXPECT_FALSE(packed_need_event(make_event(EventFlags::kDisable, 0), {3, true}, 3, 8));
  EXPECT_TRUE(packed_need_event(make_event(EventFlags{3}, 0), {3, true}, 0, 8));  // reserved: better once too often
}

TEST(PackedLayout, NeedEventByPosition) {
  const auto need = [](RingPosition asked, RingPosition now, std::uint32_t moved) {
    return packed_need_event(make_event(EventFlags::kDescriptor, asked.off_wrap()), now, moved, 7);
  };
  // From 2 to 4: passed 2 and 3.
  EXPECT_FALSE(need({1, true}, {4, true}, 2));
  EXPECT_TRUE(need({2, true}, {4, true}, 2));
  EXPECT_TRUE(need({3, true}, {4, true}, 2));
  EXPECT_FALSE(need({4, true}, {4, true}, 2));
  // From 5 of the first round to 1 of the second: passed 5, 6 and 0.
  EXPECT_FALSE(need({4, true}, {1, false}, 3));
  EXPECT_TRUE(need({5, true}, {1, false}, 3));
  EXPECT_TRUE(need({6, true}, {1, false}, 3));
  EXPECT_TRUE(need({0, false}, {1, false}, 3));
  EXPECT_FALSE(need({1, false}, {1, false}, 3));
  EXPECT_FALSE(need({0, true}, {1, false}, 3));  // a whole round ago
}

}  // namespace
}  // namespace vqlab

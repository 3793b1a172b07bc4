// The ring's bytes against the specification's numbers (virtio 1.x, section 2.7).
#include <array>
#include <cstring>
#include <gtest/gtest.h>

#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/layout.hpp"

namespace vqlab {
namespace {

TEST(VirtqueueLayout, PartsAreAsLongAsTheSpecificationSays) {
  EXPECT_EQ(desc_bytes(128), 2048U);  // 16 * 128
  EXPECT_EQ(avail_bytes(128), 262U);  // flags 2 + idx 2 + 2 * 128 + used_event 2
  EXPECT_EQ(used_bytes(128), 1030U);  // flags 2 + idx 2 + 8 * 128 + avail_event 2
  EXPECT_EQ(desc_bytes(32768), 524288U);
}

TEST(VirtqueueLayout, LegacyPutsTheUsedRingOnAPage) {
  const RingArea area = legacy_layout(0x10000, 128);
  EXPECT_EQ(area.desc, 0x10000U);
  EXPECT_EQ(area.avail, 0x10800U);       // 2048 bytes of descriptors
  EXPECT_EQ(area.used, 0x11000U);        // 2048 + 262 = 2310, rounded up to 4096
  EXPECT_EQ(legacy_bytes(128), 5126U);   // 4096 + 1030
  EXPECT_EQ(legacy_bytes(256), 10246U);  // 4096 + 518 -> 8192, + 6 + 8 * 256
  EXPECT_EQ(legacy_bytes(8, 64), 262U);  // 128 + 22 -> 192, + 6 + 8 * 8
}

TEST(VirtqueueLayout, RoundingUpLeavesAnAlignedAddressAlone) {
  EXPECT_EQ(align_up(4096, 4096), 4096U);  // the formula printed in the specification would give 8192
  EXPECT_EQ(align_up(4097, 4096), 8192U);
}

TEST(VirtqueueLayout, CompactAlignsEachPartByItself) {
  const RingArea area = compact_layout(0x1000, 8);
  EXPECT_EQ(area.avail, 0x1080U);     // 16 * 8 = 128
  EXPECT_EQ(area.used, 0x1098U);      // 128 + 22 = 150, rounded up to 152
  EXPECT_EQ(compact_bytes(8), 222U);  // 152 + 70
}

TEST(VirtqueueLayout, OnlyPowersOfTwoUpTo32768AreSizes) {
  EXPECT_TRUE(valid_queue_size(1));
  EXPECT_TRUE(valid_queue_size(32768));
  EXPECT_FALSE(valid_queue_size(0));
  EXPECT_FALSE(valid_queue_size(96));
  EXPECT_FALSE(valid_queue_size(65536));
}

TEST(VirtqueueLayout, WordsLieWhereTheSpecificationPutsThem) {
  GuestMemory memory(0x40000000, 0x10000);
  const RingWords words = resolve(memory, legacy_layout(0x40000000, 128), 128);
  ASSERT_TRUE(words.valid());
  words.desc[1] = {0x1122334455667788, 0x99aabbcc, make_link(kDescNext | kDescWrite, 7)};
  words.avail->idx = 0xabcd;
  *words.used_event = 0x1234;
  words.used_ring[127] = {0x01020304, 0x05060708};
  *words.avail_event = 0x5678;

  const std::byte* base = memory.at(0x40000000, 0x10000);
  const std::array<unsigned char, 16> desc = {0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,  // addr
                                              0xcc, 0xbb, 0xaa, 0x99, 3,    0,    7,    0};    // len, flags, next
  EXPECT_EQ(std::memcmp(base + 16, desc.data(), desc.size()), 0);
  EXPECT_EQ(base[2048 + 2], std::byte{0xcd});     // available idx behind its flags
  EXPECT_EQ(base[2048 + 260], std::byte{0x34});   // 4 + 2 * 128
  EXPECT_EQ(base[4096 + 1020], std::byte{0x04});  // 4 + 8 * 127
  EXPECT_EQ(base[4096 + 1024], std::byte{0x08});  // its length
  EXPECT_EQ(base[4096 + 1028], std::byte{0x78});  // 4 + 8 * 128
}

TEST(VirtqueueLayout, ARingThatDoesNotFitIsNotResolved) {
  const GuestMemory memory(0x1000, 0x2000);
  const std::uint64_t bytes = compact_bytes(8);
  EXPECT_TRUE(resolve(memory, compact_layout(0x3000 - align_up(bytes, 16), 8), 8).valid());
  EXPECT_FALSE(resolve(memory, compact_layout(0x3000 - align_up(bytes, 16) + 16, 8), 8).valid());  // one step further
  EXPECT_FALSE(resolve(memory, compact_layout(0xff0, 8), 8).valid());                              // below
  EXPECT_FALSE(resolve(memory, {0x1008, 0x1100, 0x1200}, 8).valid());                              // misaligned
  EXPECT_FALSE(resolve(memory, {0x1000, 0x1101, 0x1200}, 8).valid());
  EXPECT_FALSE(resolve(memory, {0x1000, 0x1100, 0x1202}, 8).valid());
  EXPECT_FALSE(resolve(memory, compact_layout(0x1000, 8), 6).valid());  // no power of two
}

TEST(VirtqueueLayout, NeedEventAsksWhetherTheEventWasPassed) {
  EXPECT_TRUE(need_event(4, 5, 4));   // the step from 4 to 5 passes 4
  EXPECT_FALSE(need_event(5, 5, 4));  // 5 is passed by the next step
  EXPECT_TRUE(need_event(5, 6, 5));
  EXPECT_FALSE(need_event(3, 5, 4));           // passed before
  EXPECT_TRUE(need_event(6, 8, 5));            // passed by one of several steps
  EXPECT_FALSE(need_event(4, 4, 4));           // no step passes nothing
  EXPECT_TRUE(need_event(0xffff, 0, 0xffff));  // across the wrap
  EXPECT_FALSE(need_event(0, 0, 0xffff));
  EXPECT_TRUE(need_event(0, 2, 0xffff));
}

TEST(GuestMemory, OwnedMemoryIsZero) {
  const GuestMemory memory(0x100000000, 8192);
  for (std::uint64_t i = 0; i < 8192; i += 8) {
    std::uint64_t value = 1;
    ASSERT_TRUE(memory.load(0x100000000 + i, value));
    ASSERT_EQ(value, 0U);
  }
}

TEST(GuestMemory, TranslatesUpToItsEdgesAndNotBeyond) {
  const GuestMemory memory(0x1000, 0x1000);
  EXPECT_NE(memory.at(0x1000, 0x1000), nullptr);
  EXPECT_EQ(memory.at(0x1000, 0x1001), nullptr);
  EXPECT_NE(memory.at(0x1fff, 1), nullptr);
  EXPECT_EQ(memory.at(0x1fff, 2), nullptr);
  EXPECT_EQ(memory.at(0x2000, 1), nullptr);
  EXPECT_EQ(memory.at(0xfff, 1), nullptr);
  EXPECT_EQ(memory.at(0xfff, 2), nullptr);
  EXPECT_EQ(memory.at(0x1800, ~0ULL), nullptr);  // 0x1800 + 2^64 - 1 wraps to 0x17ff
  EXPECT_EQ(memory.at(~0ULL, 0x1002), nullptr);
}

TEST(GuestMemory, WordsAreLittleEndianAtAnyAlignment) {
  std::array<std::byte, 16> bytes{};
  const GuestMemory memory(0x10, bytes);
  ASSERT_TRUE(memory.store(0x13, std::uint32_t{0x11223344}));
  EXPECT_EQ(bytes[3], std::byte{0x44});
  EXPECT_EQ(bytes[6], std::byte{0x11});
  std::uint16_t half = 0;
  ASSERT_TRUE(memory.load(0x14, half));
  EXPECT_EQ(half, 0x2233);
  EXPECT_FALSE(memory.store(0x1d, std::uint32_t{1}));  // 0x1d + 4 > 0x20
  std::uint64_t untouched = 7;
  EXPECT_FALSE(memory.load(0x19, untouched));
  EXPECT_EQ(untouched, 7U);
}

TEST(IndirectTables, TheLowestFreeSlotComesFirst) {
  const GuestMemory memory(0, 1 << 20);
  IndirectTablePool pool(memory, 0, 130);
  for (std::uint32_t i = 0; i < 130; ++i) ASSERT_EQ(pool.allocate(10), i);
  EXPECT_EQ(pool.allocate(1), IndirectTablePool::kNone);
  pool.release(129);
  pool.release(64);
  pool.release(3);
  EXPECT_EQ(pool.in_use(), 127U);
  EXPECT_EQ(pool.allocate(1), 3U);
  EXPECT_EQ(pool.allocate(1), 64U);
  EXPECT_EQ(pool.allocate(1), 129U);
  EXPECT_EQ(pool.allocate(1), IndirectTablePool::kNone);
}

TEST(IndirectTables, ATableFillsASlotAndNoMore) {
  const GuestMemory memory(0, 1 << 20);
  IndirectTablePool pool(memory, 4096, 2);
  EXPECT_EQ(pool.capacity(), 256U);  // 4096 / 16
  EXPECT_EQ(pool.allocate(257), IndirectTablePool::kNone);
  const std::uint32_t slot = pool.allocate(256);
  EXPECT_EQ(pool.address(slot), 4096U);
  pool.set_failing(true);
  EXPECT_EQ(pool.allocate(1), IndirectTablePool::kNone);
  pool.set_failing(false);
  EXPECT_EQ(pool.address(pool.allocate(1)), 8192U);
}

}  // namespace
}  // namespace vqlab

#include "models/base/rng.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <string>
#include <vector>

namespace vqlab {
namespace {

std::vector<std::uint32_t> draw(RandomStream& stream, std::size_t count) {
  std::vector<std::uint32_t> draws;
  for (std::size_t i = 0; i < count; ++i) draws.push_back(stream.next32());
  return draws;
}

TEST(Rng, FirstDrawsOfAStreamNeverChange) {
  // From a second implementation of FNV-1a and Philox 4x64-7 in Python. The ninth number begins the second block.
  RandomStream sizes(1, "fio/0/size");
  EXPECT_EQ(draw(sizes, 9), (std::vector<std::uint32_t>{0xb9ec4061, 0x4cf0fadc, 0x8abc82d6, 0x1cfecba6, 0x4a348d6a,
                                                        0xeb6c6d15, 0x9f5e942c, 0xdfbc41c8, 0x94f2b85e}));
  RandomStream pool(0x1234567890, "host/thread_pool");  // a seed of more than 32 bits
  EXPECT_EQ(draw(pool, 2), (std::vector<std::uint32_t>{0xe70db19f, 0xbcbae36e}));
}

TEST(Rng, KeyedDrawsNeverChange) {
  RandomStream sizes(1, "fio/0/size");
  EXPECT_EQ(sizes.at(0), 0xfeb759fau);
  EXPECT_EQ(sizes.at(1), 0xef30ee71u);
  EXPECT_EQ(sizes.at(7), 0xf36d70cau);
  EXPECT_EQ(sizes.at(8), 0x094db966u);  // the next block
  EXPECT_EQ(sizes.at(std::uint64_t{1} << 33), 0x57fa11b3u);
  EXPECT_EQ(sizes.at(7), 0xf36d70cau);  // and back
}

TEST(Rng, SixteenBitDrawsAreTheHalvesHighFirst) {
  RandomStream stream(1, "fio/0/size");
  EXPECT_EQ(stream.next16(), 0xb9ec);
  EXPECT_EQ(stream.next16(), 0x4061);
  EXPECT_EQ(stream.next32(), 0x4cf0fadcu);
}

TEST(Rng, StreamsDoNotHearOfEachOther) {
  RandomStream alone(7, "a");
  const auto expected = draw(alone, 64);
  RandomStream a(7, "a");
  RandomStream b(7, "b");
  std::vector<std::uint32_t> drawn;
  for (std::uint32_t i = 0; i < 64; ++i) {
    (void)draw(b, i % 5);
    drawn.push_back(a.next32());
    (void)a.at(i);  // nor do a stream's own keyed draws move it on
  }
  EXPECT_EQ(drawn, expected);
}

TEST(Rng, KeyedDrawsDoNotHearOfTheOthers) {
  RandomStream used(7, "a");
  (void)draw(used, 100);
  RandomStream fresh(7, "a");
  for (std::uint64_t index = 0; index < 100; ++index) EXPECT_EQ(used.at(index), fresh.at(index));
}

TEST(Rng, SeedAndNameBothMatter) {
  RandomStream stream(1, "fio/1/size");
  const auto draws = draw(stream, 4);
  for (RandomStream other : {RandomStream(2, "fio/1/size"), RandomStream(1, "fio/2/size"), RandomStream(1, "fio/1"),
                             RandomStream((std::uint64_t{1} << 32) + 1, "fio/1/size")}) {
    const auto others = draw(other, 4);
    // Four words of 32 bits: that even one agrees by chance has probability 1e-9.
    for (std::size_t i = 0; i < draws.size(); ++i) EXPECT_NE(draws[i], others[i]);
  }
}

TEST(Rng, BitsAreBalanced) {
  RandomStream stream(3, "balance");
  std::vector<int> ones(32);
  constexpr int kDraws = 40000;
  for (int i = 0; i < kDraws; ++i) {
    const std::uint32_t bits = stream.next32();
    for (std::size_t bit = 0; bit < 32; ++bit) ones[bit] += static_cast<int>(bits >> bit & 1u);
  }
  // Binomial: standard deviation sqrt(40000) / 2 = 100; five of them for 32 bits.
  for (const int count : ones) EXPECT_NEAR(count, kDraws / 2, 500);
}

TEST(Rng, BelowStaysBelow) {
  rc::check("0 <= below(bound, bits) < bound", [] {
    const auto bound = *rc::gen::inRange<std::uint32_t>(1, 0xffffffff);
    RC_ASSERT(below(bound, *rc::gen::arbitrary<std::uint32_t>()) < bound);
    RC_ASSERT(below(bound, 0) == 0);
    RC_ASSERT(below(bound, 0xffffffff) == bound - 1);
  });
}

TEST(Rng, BelowIsProportional) {
  // floor(bits * 16 / 2^32): the top four bits.
  EXPECT_EQ(below(16, 0x0fffffff), 0u);
  EXPECT_EQ(below(16, 0x10000000), 1u);
  EXPECT_EQ(below(16, 0xefffffff), 14u);
  EXPECT_EQ(below(16, 0xf0000000), 15u);
}

}  // namespace
}  // namespace vqlab

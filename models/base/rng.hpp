// Named, counter-based random streams (Philox 4x64-7, Salmon et al., SC'11, from Random123).
//
// A stream is determined by (seed, name) alone: adding a consumer never changes what another one draws, and two
// policies compared under one seed see the same requests. All draws are integers; nothing here calls libm.
#pragma once

#include <Random123/philox.h>
#include <array>
#include <cstdint>
#include <string_view>

namespace vqlab {

class RandomStream {
 public:
  // Streams of one seed with different names are independent. Name them like paths: "fio/3/size".
  RandomStream(std::uint64_t seed, std::string_view name) noexcept;

  // 16 uniform bits; sixteen of them come from one Philox block.
  [[nodiscard]] std::uint16_t next16() noexcept {
    if (used_ == kPerBlock) refill();
    return halves_[used_++];
  }

  // 32 uniform bits.
  [[nodiscard]] std::uint32_t next32() noexcept {
    const std::uint32_t high = next16();
    return high << 16 | next16();
  }

  // 32 uniform bits that depend on (seed, name, index) only, whatever was drawn before. Neighbouring indices are cheap:
  // eight of them share a block.
  [[nodiscard]] std::uint32_t at(std::uint64_t index) noexcept {
    if (index / kKeyedPerBlock != keyed_block_) load_keyed(index / kKeyedPerBlock);
    return static_cast<std::uint32_t>(keyed_[index % kKeyedPerBlock / 2] >> (index % 2 * 32));
  }

 private:
  // Seven rounds are the fewest that pass every test of TestU01's BigCrush (table 2 of the paper).
  using Philox = r123::Philox4x64_R<7>;
  static constexpr std::size_t kPerBlock = 16;
  static constexpr std::uint64_t kKeyedPerBlock = 8;
  static constexpr std::uint64_t kNoBlock = ~std::uint64_t{0};

  void refill() noexcept;
  void load_keyed(std::uint64_t block) noexcept;

  Philox::key_type key_;
  std::uint64_t next_block_ = 0;
  std::array<std::uint16_t, kPerBlock> halves_{};
  std::size_t used_ = kPerBlock;
  Philox::ctr_type keyed_{};
  std::uint64_t keyed_block_ = kNoBlock;
};

// Uniform integer in [0, bound), from 32 uniform bits (Lemire's multiply-shift; bias below bound / 2^32).
[[nodiscard]] constexpr std::uint32_t below(std::uint32_t bound, std::uint32_t bits) noexcept {
  return static_cast<std::uint32_t>((std::uint64_t{bits} * bound) >> 32);
}

}  // namespace vqlab

// 128-bit digests of states: two may be taken for one with a probability below states^2 / 2^128.
#pragma once

#include <compare>
#include <cstdint>

namespace vqlab::order {

struct Digest {
  std::uint64_t low = 0x9e3779b97f4a7c15;
  std::uint64_t high = 0xbf58476d1ce4e5b9;

  [[gnu::always_inline]] void absorb(std::uint64_t value) noexcept {
    low = mix(low ^ value);
    high = mix(high + value * 0xd6e8feb86659fd93);
  }
  void absorb(const Digest& other) noexcept {
    absorb(other.low);
    absorb(other.high);
  }
  // For sets, whose members come in any order.
  void toggle(const Digest& member) noexcept {
    low ^= member.low;
    high ^= member.high;
  }

  friend auto operator<=>(const Digest&, const Digest&) = default;

 private:
  // The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
  static std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }
};

}  // namespace vqlab::order

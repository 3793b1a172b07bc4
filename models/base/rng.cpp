#include "models/base/rng.hpp"

#include <bit>
#include <cstring>

namespace vqlab {
namespace {

// What a block's counter says besides its number, so that the two kinds of draws share none.
constexpr std::uint64_t kSequentialDraws = 0;
constexpr std::uint64_t kKeyedDraws = 1;

// FNV-1a, 64 bit: spreads names over keys; Philox does the rest.
std::uint64_t hash_name(std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) noexcept : key_{{seed, hash_name(name)}} {}

void RandomStream::refill() noexcept {
  const Philox::ctr_type bits = Philox{}(Philox::ctr_type{{next_block_++, kSequentialDraws, 0, 0}}, key_);
  // The lowest 16 bits of each word come first.
  if constexpr (std::endian::native == std::endian::little)
    std::memcpy(halves_.data(), bits.data(), sizeof halves_);
  else
    for (std::size_t i = 0; i < kPerBlock; ++i) halves_[i] = static_cast<std::uint16_t>(bits[i / 4] >> (i % 4 * 16));
  used_ = 0;
}

void RandomStream::load_keyed(std::uint64_t block) noexcept {
  keyed_ = Philox{}(Philox::ctr_type{{block, kKeyedDraws, 0, 0}}, key_);
  keyed_block_ = block;
}

}  // namespace vqlab

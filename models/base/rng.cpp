#include "models/base/rng.hpp"

namespace vqlab {
namespace {

// FNV-1a, 64 bit: spreads names over keys; Philox does the rest.
std::uint64_t hash_name(std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) noexcept {
  const std::uint64_t hash = hash_name(name);
  // The seed goes through the cipher first, so that neighbouring seeds give unrelated keys.
  const Philox::ctr_type mixed =
      Philox{}(Philox::ctr_type{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32), 0, 0}},
               Philox::key_type{{static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(hash >> 32)}});
  key_ = Philox::key_type{{mixed[0], mixed[1]}};
}

void RandomStream::refill() noexcept {
  const Philox::ctr_type bits = block(next_block_++, kSequentialDraws);
  for (std::size_t i = 0; i < 4; ++i) {
    halves_[2 * i] = static_cast<std::uint16_t>(bits[i] >> 16);
    halves_[2 * i + 1] = static_cast<std::uint16_t>(bits[i]);
  }
  used_ = 0;
}

}  // namespace vqlab

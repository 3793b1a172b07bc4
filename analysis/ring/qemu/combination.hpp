// What is examined: a way to run a ring, with a way to add buffers to it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "models/command/buffer_api.hpp"
#include "models/virtqueue/either_ring.hpp"

namespace vqlab::qemu {

// Descriptors of each queue: few, so that a ring can be filled up.
inline constexpr std::uint16_t kRingSize = 32;

struct Combination {
  RingFormat ring = RingFormat::kSplit;
  bool indirect_desc = true;
  bool event_idx = true;
  BufferApi api = BufferApi::kPiecewise;

  friend bool operator==(const Combination&, const Combination&) = default;
};

[[nodiscard]] const char* name_of(RingFormat ring) noexcept;

// Such as split/indirect/event_idx/piecewise; without a feature direct and flags stand in its place.
[[nodiscard]] std::string name_of(const Combination& combination);

// Every one that there is.
[[nodiscard]] std::span<const Combination> all_combinations();

}  // namespace vqlab::qemu

// What is examined: a way to run a ring, with a way to add buffers to it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "models/driver/command_buffers.hpp"

namespace vqlab::qemu {

enum class RingFormat : std::uint8_t { kSplit, kPacked };

struct Combination {
  RingFormat ring = RingFormat::kSplit;
  bool indirect_desc = true;
  bool event_idx = true;
  BufferApi api = BufferApi::kPiecewise;

  friend bool operator==(const Combination&, const Combination&) = default;
};

[[nodiscard]] const char* name_of(RingFormat ring) noexcept;
[[nodiscard]] const char* name_of(BufferApi api) noexcept;

// Such as split/indirect/event_idx/piecewise; without a feature direct and flags stand in its place.
[[nodiscard]] std::string name_of(const Combination& combination);

// Every one that there is.
[[nodiscard]] std::span<const Combination> all_combinations();

}  // namespace vqlab::qemu

// A piece of a buffer: guest-physical, contiguous.
#pragma once

#include <cstdint>

namespace vqlab {

struct Segment {
  std::uint64_t addr = 0;  // guest-physical
  std::uint32_t len = 0;   // bytes

  friend bool operator==(const Segment&, const Segment&) = default;
};

// Who reads the segment: the device reads kOut and writes kIn.
enum class Direction : std::uint8_t { kOut, kIn };

}  // namespace vqlab

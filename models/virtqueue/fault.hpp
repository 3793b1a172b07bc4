// What a peer can do wrong. A side that meets one of these stops using the ring and says why.
#pragma once

#include <cstdint>

namespace vqlab {

enum class RingFault : std::uint8_t {
  kNone,
  // Met by the driver:
  kUsedIndex,   // more used entries than buffers in flight
  kUsedId,      // an id outside the ring
  kUsedNoHead,  // an id that is not the head of a buffer in flight
  kUsedLength,  // more bytes written than the buffer has room for
  // Met by the device:
  kRingArea,               // a part of the ring outside memory or misaligned, or a wrong size
  kAvailIndex,             // more available entries than the ring has
  kAvailHead,              // a head outside the ring
  kNext,                   // a next outside its table
  kChainTooLong,           // a loop, or more descriptors than allowed
  kIndirectNotNegotiated,  // an indirect descriptor without the feature
  kIndirectNested,         // an indirect descriptor inside a table
  kIndirectWithNext,       // INDIRECT together with NEXT
  kIndirectLength,         // a table that is empty or no multiple of 16 bytes
  kIndirectAddress,        // a table outside memory, or not aligned to 8 bytes
  kSegmentAddress,         // data outside memory
  kReadableAfterWritable,
  kTooManyBytes,  // more than 2^32 bytes in one buffer
  // And on a packed ring:
  kNotAvailable,     // a chain that runs into a descriptor which is not available
  kIndirectInChain,  // an indirect descriptor behind others
  kBufferId,         // an id outside the ring
  kBufferIdInUse,    // an id that is in flight already
  kOverrun,          // more descriptors in flight than the ring has
};

[[nodiscard]] const char* describe(RingFault fault) noexcept;

}  // namespace vqlab

#include "models/virtqueue/fault.hpp"

namespace vqlab {

const char* describe(RingFault fault) noexcept {
  switch (fault) {
    case RingFault::kNone: return "no fault";
    case RingFault::kUsedIndex: return "used index runs ahead of the buffers in flight";
    case RingFault::kUsedId: return "used id lies outside the ring";
    case RingFault::kUsedNoHead: return "used id is not the head of a buffer in flight";
    case RingFault::kUsedLength: return "used length exceeds the buffer's writable bytes";
    case RingFault::kRingArea: return "ring lies outside memory, is misaligned, or has a wrong size";
    case RingFault::kAvailIndex: return "available index runs ahead by more than the queue size";
    case RingFault::kAvailHead: return "available head lies outside the ring";
    case RingFault::kNext: return "next descriptor lies outside its table";
    case RingFault::kChainTooLong: return "descriptor chain loops or is longer than allowed";
    case RingFault::kIndirectNotNegotiated: return "indirect descriptor was not negotiated";
    case RingFault::kIndirectNested: return "indirect descriptor inside an indirect table";
    case RingFault::kIndirectWithNext: return "indirect descriptor has a next";
    case RingFault::kIndirectLength: return "indirect table is empty or no multiple of 16 bytes long";
    case RingFault::kIndirectAddress: return "indirect table lies outside memory or is misaligned";
    case RingFault::kSegmentAddress: return "buffer lies outside memory";
    case RingFault::kReadableAfterWritable: return "readable descriptor after a writable one";
    case RingFault::kTooManyBytes: return "buffer holds more than 2^32 bytes";
    case RingFault::kNotAvailable: return "chain runs into a descriptor that is not available";
    case RingFault::kIndirectInChain: return "indirect descriptor behind others of a chain";
    case RingFault::kBufferId: return "buffer id lies outside the ring";
    case RingFault::kBufferIdInUse: return "buffer id is in flight already";
    case RingFault::kOverrun: return "more descriptors are in flight than the ring has";
  }
  return "unknown fault";
}

}  // namespace vqlab

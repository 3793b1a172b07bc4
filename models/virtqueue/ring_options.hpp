// What a driver's ring is set up with, and what its calls answer.
#pragma once

#include <cstdint>

namespace vqlab {

// What the caller gets back with the used buffer; any value.
using Token = std::uint64_t;

// Which implementation's bytes are written where the specification leaves a choice.
enum class RingFlavour : std::uint8_t {
  kLinux36,  // the code just before the series: free list in desc.next, disable_cb always writes the flag
  kLinux61,  // private free list; with event index disable_cb writes used_event = 0 in place of the flag
};

struct RingOptions {
  std::uint16_t size = 128;  // descriptors; of a split ring a power of two
  bool indirect_desc = true;
  bool event_idx = true;
  RingFlavour flavour = RingFlavour::kLinux36;
  // Longest buffer in descriptors, 0: `size`, which is what the specification allows. Linux does not look at it when it
  // goes indirect; 65535 does what Linux does.
  std::uint16_t longest_chain = 0;
  // Whether a used length beyond the buffer's writable bytes is a fault, and on a split ring a used index beyond the
  // buffers in flight. Linux looks at neither.
  bool check_used = true;
};

enum class AddStatus : std::uint8_t {
  kOk,
  kFullNow,    // not enough descriptors now: retry when buffers have come back
  kNeverFits,  // too long for this ring, whatever is free
  kNoMemory,   // an indirect table is needed and there is none now
  kBroken,     // see fault()
};

struct AddResult {
  AddStatus status = AddStatus::kOk;
  // The device must be notified at once, whatever kick_prepare() would say: the ring was full, or 65535 buffers have
  // been added since the last kick.
  bool notify = false;

  [[nodiscard]] bool ok() const noexcept { return status == AddStatus::kOk; }
};

struct Used {
  Token token = 0;
  std::uint32_t len = 0;  // bytes that the device wrote
};

}  // namespace vqlab

// What a device is set up with, and what it takes from a ring of either format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/virtqueue/fault.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/layout.hpp"
#include "models/virtqueue/segment.hpp"

namespace vqlab {

// Guest-physical addresses [base, base + bytes).
struct AddressRange {
  std::uint64_t base = 0;
  std::uint64_t bytes = 0;

  // Whether [addr, addr + len) lies inside. Its end, as an offset, is below `len` if addr is below the base.
  [[nodiscard]] constexpr bool contains(std::uint64_t addr, std::uint32_t len) const noexcept {
    const std::uint64_t end = addr - base + len;
    return end >= len && end <= bytes;
  }
};

// How far into a range, from its base on, several segments reach: one look at the end tells whether all lie inside.
struct Reach {
  std::uint64_t base = 0;
  std::uint64_t begin = 0;  // farthest beginning of a segment; an address below the base is very far
  std::uint64_t end = 0;    // farthest end; wrong if a beginning is so far that it wraps

  constexpr void add(std::uint64_t addr, std::uint32_t len) noexcept {
    const std::uint64_t offset = addr - base;
    begin = offset > begin ? offset : begin;
    end = offset + len > end ? offset + len : end;
  }
  // Precondition: the range begins at `base` and is shorter than 2^64 - 2^32 bytes.
  [[nodiscard]] constexpr bool inside(const AddressRange& range) const noexcept {
    return begin <= range.bytes && end <= range.bytes;
  }
};

struct DeviceOptions {
  std::uint16_t size = 128;  // descriptors; of a split ring a power of two
  bool indirect_desc = true;
  bool event_idx = true;
  std::uint16_t longest_chain = 0;  // longest buffer in descriptors, 0: `size`
  // Where data may lie; no bytes: in the memory itself. Data that is described but never touched need not exist.
  AddressRange data = {};

  [[nodiscard]] AddressRange data_in(const GuestMemory& memory) const noexcept {
    return data.bytes != 0 ? data : AddressRange{memory.base(), memory.bytes()};
  }
  [[nodiscard]] std::uint16_t longest() const noexcept { return longest_chain != 0 ? longest_chain : size; }
};

// One buffer as the device sees it. Keep and reuse it: taking another buffer into it allocates nothing once it has
// grown to the device's longest chain.
class Chain {
 public:
  [[nodiscard]] std::uint16_t head() const noexcept { return head_; }
  // What the device reads, then what it may write, in order.
  [[nodiscard]] std::span<const Segment> readable() const noexcept { return {segments_.data(), readable_}; }
  [[nodiscard]] std::span<const Segment> writable() const noexcept {
    return {segments_.data() + readable_, count_ - readable_};
  }
  [[nodiscard]] std::uint64_t readable_bytes() const noexcept { return readable_bytes_; }
  [[nodiscard]] std::uint64_t writable_bytes() const noexcept { return writable_bytes_; }

 private:
  template <class Access>
  friend class BasicSplitDevice;
  template <class Access>
  friend class BasicPackedDevice;

  void grow(std::uint32_t capacity) {
    segments_.resize(capacity);
    capacity_ = capacity;
  }

  // What has been written to segments_. False if it is too long to be a buffer.
  [[nodiscard]] bool set(const Segment* end, const Segment* readable_end, std::uint64_t readable_bytes,
                         std::uint64_t total) noexcept {
    count_ = static_cast<std::uint32_t>(end - segments_.data());
    readable_ = static_cast<std::uint32_t>(readable_end - segments_.data());
    readable_bytes_ = readable_bytes;
    writable_bytes_ = total - readable_bytes;
    return total <= 1ULL << 32;
  }

  std::vector<Segment> segments_;
  std::uint32_t capacity_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t readable_ = 0;
  std::uint64_t readable_bytes_ = 0;
  std::uint64_t writable_bytes_ = 0;
  std::uint16_t head_ = 0;
};

// The indirect table of `bytes` bytes at `addr`: kNone and a table of at least one entry, or what is wrong with it.
struct IndirectTable {
  RingFault fault = RingFault::kNone;
  const Descriptor* entries = nullptr;
  std::uint32_t count = 0;
};
[[nodiscard]] IndirectTable resolve_table(const GuestMemory& memory, std::uint64_t addr, std::uint32_t bytes) noexcept;

}  // namespace vqlab

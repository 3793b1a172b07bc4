// The split ring's bytes: sizes, places, flags, feature bits and the event-index rule (virtio 1.x, section 2.7).
#pragma once

#include <cstddef>
#include <cstdint>

namespace vqlab {

class GuestMemory;

// Feature bits, as bit numbers.
inline constexpr unsigned kFeatureIndirectDesc = 28;
inline constexpr unsigned kFeatureEventIdx = 29;
inline constexpr unsigned kFeatureVersion1 = 32;
inline constexpr unsigned kFeatureRingPacked = 34;

inline constexpr std::uint16_t kDescNext = 1;
inline constexpr std::uint16_t kDescWrite = 2;
inline constexpr std::uint16_t kDescIndirect = 4;
inline constexpr std::uint16_t kAvailNoInterrupt = 1;
inline constexpr std::uint16_t kUsedNoNotify = 1;

inline constexpr std::uint32_t kMaxQueueSize = 32768;
inline constexpr std::uint64_t kDescAlign = 16;
inline constexpr std::uint64_t kAvailAlign = 2;
inline constexpr std::uint64_t kUsedAlign = 4;
inline constexpr std::uint64_t kLegacyAlign = 4096;

// All fields little-endian. The specification's 16-bit flags and next are moved as one word, flags in the low half: the
// same bytes in fewer accesses.
struct Descriptor {
  std::uint64_t addr;
  std::uint32_t len;
  std::uint32_t link;

  friend bool operator==(const Descriptor&, const Descriptor&) = default;
};
[[nodiscard]] constexpr std::uint32_t make_link(std::uint16_t flags, std::uint16_t next) noexcept {
  return static_cast<std::uint32_t>(next) << 16 | flags;
}
[[nodiscard]] constexpr std::uint16_t link_flags(std::uint32_t link) noexcept {
  return static_cast<std::uint16_t>(link);
}
[[nodiscard]] constexpr std::uint16_t link_next(std::uint32_t link) noexcept {
  return static_cast<std::uint16_t>(link >> 16);
}

struct RingHeader {  // of the available and of the used ring
  std::uint16_t flags;
  std::uint16_t idx;
};
struct UsedElement {
  std::uint32_t id;
  std::uint32_t len;
};
static_assert(sizeof(Descriptor) == 16 && sizeof(RingHeader) == 4 && sizeof(UsedElement) == 8);

[[nodiscard]] constexpr bool valid_queue_size(std::uint32_t size) noexcept {
  return size != 0 && size <= kMaxQueueSize && (size & (size - 1)) == 0;
}

// Bytes of the three parts; the event fields are always counted.
[[nodiscard]] constexpr std::uint64_t desc_bytes(std::uint32_t size) noexcept { return 16ULL * size; }
[[nodiscard]] constexpr std::uint64_t avail_bytes(std::uint32_t size) noexcept { return 6 + 2ULL * size; }
[[nodiscard]] constexpr std::uint64_t used_bytes(std::uint32_t size) noexcept { return 6 + 8ULL * size; }

// The next multiple of `align`, a power of two.
[[nodiscard]] constexpr std::uint64_t align_up(std::uint64_t value, std::uint64_t align) noexcept {
  return (value + align - 1) & ~(align - 1);
}

// Guest-physical addresses of the three parts. Of a packed ring, `avail` and `used` are the two event words.
struct RingArea {
  std::uint64_t desc = 0;
  std::uint64_t avail = 0;
  std::uint64_t used = 0;
};

// The legacy layout: descriptors, available ring, padding to `align`, used ring. `base`: a multiple of `align`.
[[nodiscard]] constexpr RingArea legacy_layout(std::uint64_t base, std::uint32_t size,
                                               std::uint64_t align = kLegacyAlign) noexcept {
  const std::uint64_t avail = base + desc_bytes(size);
  return {base, avail, align_up(avail + avail_bytes(size), align)};
}
[[nodiscard]] constexpr std::uint64_t legacy_bytes(std::uint32_t size, std::uint64_t align = kLegacyAlign) noexcept {
  return legacy_layout(0, size, align).used + used_bytes(size);
}

// The three parts one after the other, each at its own smallest alignment. `base`: a multiple of 16.
[[nodiscard]] constexpr RingArea compact_layout(std::uint64_t base, std::uint32_t size) noexcept {
  const std::uint64_t avail = base + desc_bytes(size);
  return {base, avail, align_up(avail + avail_bytes(size), kUsedAlign)};
}
[[nodiscard]] constexpr std::uint64_t compact_bytes(std::uint32_t size) noexcept {
  return compact_layout(0, size).used + used_bytes(size);
}

// Whether moving an index from `before` to `now` passed `event`, modulo 65536.
[[nodiscard]] constexpr bool need_event(std::uint16_t event, std::uint16_t now, std::uint16_t before) noexcept {
  return static_cast<std::uint16_t>(now - event - 1) < static_cast<std::uint16_t>(now - before);
}

// Host pointers to the words of one ring, resolved once.
struct RingWords {
  Descriptor* desc = nullptr;
  RingHeader* avail = nullptr;
  std::uint16_t* avail_ring = nullptr;
  std::uint16_t* used_event = nullptr;  // behind avail_ring; written by the driver
  RingHeader* used = nullptr;
  UsedElement* used_ring = nullptr;
  std::uint16_t* avail_event = nullptr;  // behind used_ring; written by the device

  [[nodiscard]] bool valid() const noexcept { return desc != nullptr; }
};

// The host's view of one part of a ring: nullptr unless it lies inside `memory`, aligned in the guest and in the host.
[[nodiscard]] std::byte* aligned_part(const GuestMemory& memory, std::uint64_t addr, std::uint64_t bytes,
                                      std::uint64_t align, std::size_t host_align) noexcept;

// Not valid() if a part lies outside `memory` or is not aligned (in the guest or in the host), or if the size is wrong.
[[nodiscard]] RingWords resolve(const GuestMemory& memory, const RingArea& area, std::uint32_t size) noexcept;

}  // namespace vqlab

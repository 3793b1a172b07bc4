// The packed ring's bytes: sizes, places, flags and positions (virtio 1.x, section 2.8).
#pragma once

#include <cstdint>

#include "models/virtqueue/layout.hpp"

namespace vqlab {

inline constexpr std::uint16_t kPackedAvail = 1U << 7;
inline constexpr std::uint16_t kPackedUsed = 1U << 15;

inline constexpr std::uint64_t kEventAlign = 4;
inline constexpr std::uint64_t kEventBytes = 4;

// A descriptor of the packed ring has the size and the first two fields of the split ring's. Its id and flags are moved
// as one word, id in the low half.
[[nodiscard]] constexpr std::uint32_t make_packed_link(std::uint16_t flags, std::uint16_t id) noexcept {
  return static_cast<std::uint32_t>(flags) << 16 | id;
}
[[nodiscard]] constexpr std::uint16_t packed_flags(std::uint32_t link) noexcept {
  return static_cast<std::uint16_t>(link >> 16);
}
[[nodiscard]] constexpr std::uint16_t packed_id(std::uint32_t link) noexcept {
  return static_cast<std::uint16_t>(link);
}

// What one side asks of the other: when to notify. A word in memory, off_wrap in the low half and flags in the high
// one.
enum class EventFlags : std::uint16_t {
  kEnable = 0,
  kDisable = 1,
  kDescriptor = 2,  // at the descriptor of off_wrap; event index only
};
[[nodiscard]] constexpr std::uint32_t make_event(EventFlags flags, std::uint16_t off_wrap) noexcept {
  return static_cast<std::uint32_t>(flags) << 16 | off_wrap;
}

// A place in the ring, with the wrap counter of whoever walks there.
struct RingPosition {
  std::uint16_t index = 0;
  bool wrap = true;

  friend bool operator==(const RingPosition&, const RingPosition&) = default;

  // Both as one 16-bit word, wrap in bit 15: the form of off_wrap.
  [[nodiscard]] constexpr std::uint16_t off_wrap() const noexcept {
    return static_cast<std::uint16_t>(index | (wrap ? 0x8000U : 0U));
  }
  [[nodiscard]] static constexpr RingPosition from(std::uint16_t off_wrap) noexcept {
    return {static_cast<std::uint16_t>(off_wrap & 0x7fffU), (off_wrap & 0x8000U) != 0};
  }

  // Moves on by `count` <= size descriptors.
  constexpr void advance(std::uint32_t count, std::uint32_t size) noexcept {
    const std::uint32_t to = index + count;
    const bool around = to >= size;
    index = static_cast<std::uint16_t>(around ? to - size : to);
    wrap = wrap != around;
  }

  // AVAIL and USED of a descriptor that is available here, and of one that is used.
  [[nodiscard]] constexpr std::uint16_t available_flags() const noexcept { return wrap ? kPackedAvail : kPackedUsed; }
  [[nodiscard]] constexpr std::uint16_t used_flags() const noexcept {
    return wrap ? static_cast<std::uint16_t>(kPackedAvail | kPackedUsed) : std::uint16_t{0};
  }
  [[nodiscard]] constexpr bool is_available(std::uint16_t flags) const noexcept {
    return (flags & (kPackedAvail | kPackedUsed)) == available_flags();
  }
  [[nodiscard]] constexpr bool is_used(std::uint16_t flags) const noexcept {
    return (flags & (kPackedAvail | kPackedUsed)) == used_flags();
  }
};

// Whether the other side, which asks with the word `event`, must be told that `now` was reached by moving on by `moved`
// descriptors. Exact up to 32767 of them.
[[nodiscard]] constexpr bool packed_need_event(std::uint32_t event, RingPosition now, std::uint32_t moved,
                                               std::uint16_t size) noexcept {
  const auto flags = static_cast<std::uint16_t>(event >> 16);
  if (flags != static_cast<std::uint16_t>(EventFlags::kDescriptor))
    return flags != static_cast<std::uint16_t>(EventFlags::kDisable);
  const RingPosition asked = RingPosition::from(static_cast<std::uint16_t>(event));
  const auto at = static_cast<std::uint16_t>(asked.wrap == now.wrap ? asked.index : asked.index - size);
  return need_event(at, now.index, static_cast<std::uint16_t>(now.index - moved));
}

[[nodiscard]] constexpr bool valid_packed_size(std::uint32_t size) noexcept {
  return size != 0 && size <= kMaxQueueSize;
}

// The descriptors, the driver's event word (RingArea::avail) and the device's (RingArea::used), one after the other.
// `base`: a multiple of 16.
[[nodiscard]] constexpr RingArea packed_layout(std::uint64_t base, std::uint32_t size) noexcept {
  const std::uint64_t driver = base + desc_bytes(size);
  return {base, driver, driver + kEventBytes};
}
[[nodiscard]] constexpr std::uint64_t packed_bytes(std::uint32_t size) noexcept {
  return packed_layout(0, size).used + kEventBytes;
}

// Host pointers to the words of one packed ring, resolved once.
struct PackedWords {
  Descriptor* desc = nullptr;
  std::uint32_t* driver_event = nullptr;  // written by the driver
  std::uint32_t* device_event = nullptr;  // written by the device

  [[nodiscard]] bool valid() const noexcept { return desc != nullptr; }
};

// Not valid() if a part lies outside `memory` or is not aligned (in the guest or in the host), or if the size is wrong.
[[nodiscard]] PackedWords resolve_packed(const GuestMemory& memory, const RingArea& area, std::uint32_t size) noexcept;

}  // namespace vqlab

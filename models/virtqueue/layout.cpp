#include "models/virtqueue/layout.hpp"

#include "models/virtqueue/guest_memory.hpp"

namespace vqlab {

std::byte* aligned_part(const GuestMemory& memory, std::uint64_t addr, std::uint64_t bytes, std::uint64_t align,
                        std::size_t host_align) noexcept {
  std::byte* p = memory.at(addr, bytes);
  const bool aligned = addr % align == 0 && reinterpret_cast<std::uintptr_t>(p) % host_align == 0;
  return aligned ? p : nullptr;
}

RingWords resolve(const GuestMemory& memory, const RingArea& area, std::uint32_t size) noexcept {
  if (!valid_queue_size(size)) return {};
  std::byte* desc = aligned_part(memory, area.desc, desc_bytes(size), kDescAlign, alignof(Descriptor));
  std::byte* avail = aligned_part(memory, area.avail, avail_bytes(size), kAvailAlign, alignof(RingHeader));
  std::byte* used = aligned_part(memory, area.used, used_bytes(size), kUsedAlign, alignof(UsedElement));
  if (desc == nullptr || avail == nullptr || used == nullptr) return {};

  RingWords words;
  words.desc = reinterpret_cast<Descriptor*>(desc);
  words.avail = reinterpret_cast<RingHeader*>(avail);
  words.avail_ring = reinterpret_cast<std::uint16_t*>(avail + sizeof(RingHeader));
  words.used_event = words.avail_ring + size;
  words.used = reinterpret_cast<RingHeader*>(used);
  words.used_ring = reinterpret_cast<UsedElement*>(used + sizeof(RingHeader));
  words.avail_event = reinterpret_cast<std::uint16_t*>(words.used_ring + size);
  return words;
}

}  // namespace vqlab

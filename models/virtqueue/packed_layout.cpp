#include "models/virtqueue/packed_layout.hpp"

#include "models/virtqueue/guest_memory.hpp"

namespace vqlab {

PackedWords resolve_packed(const GuestMemory& memory, const RingArea& area, std::uint32_t size) noexcept {
  if (!valid_packed_size(size)) return {};
  auto* const desc = aligned_part(memory, area.desc, desc_bytes(size), kDescAlign, alignof(Descriptor));
  auto* const driver = aligned_part(memory, area.avail, kEventBytes, kEventAlign, alignof(std::uint32_t));
  auto* const device = aligned_part(memory, area.used, kEventBytes, kEventAlign, alignof(std::uint32_t));
  if (desc == nullptr || driver == nullptr || device == nullptr) return {};
  return {reinterpret_cast<Descriptor*>(desc), reinterpret_cast<std::uint32_t*>(driver),
          reinterpret_cast<std::uint32_t*>(device)};
}

}  // namespace vqlab

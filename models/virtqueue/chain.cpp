#include "models/virtqueue/chain.hpp"

namespace vqlab {

IndirectTable resolve_table(const GuestMemory& memory, std::uint64_t addr, std::uint32_t bytes) noexcept {
  if (bytes == 0 || bytes % sizeof(Descriptor) != 0) return {RingFault::kIndirectLength};
  const std::byte* table = memory.at(addr, bytes);
  if (table == nullptr || reinterpret_cast<std::uintptr_t>(table) % alignof(Descriptor) != 0)
    return {RingFault::kIndirectAddress};
  return {RingFault::kNone, reinterpret_cast<const Descriptor*>(table),
          bytes / static_cast<std::uint32_t>(sizeof(Descriptor))};
}

}  // namespace vqlab

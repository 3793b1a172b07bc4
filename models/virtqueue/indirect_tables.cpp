#include "models/virtqueue/indirect_tables.hpp"

#include "models/base/ensure.hpp"
#include "models/virtqueue/guest_memory.hpp"

namespace vqlab {

IndirectTablePool::IndirectTablePool(const GuestMemory& memory, std::uint64_t base, std::uint32_t slots,
                                     std::uint32_t slot_bytes)
    : host_(memory.at(base, bytes(slots, slot_bytes))),
      base_(base),
      slots_(slots),
      slot_shift_(static_cast<std::uint32_t>(std::countr_zero(slot_bytes))),
      free_((slots + 63) / 64, ~0ULL) {
  ensure(slot_bytes >= 16 && std::has_single_bit(slot_bytes),
         "slot of indirect tables is a power of two of at least 16");
  ensure(host_ != nullptr, "indirect tables lie inside guest memory");
  ensure(base % 16 == 0 && reinterpret_cast<std::uintptr_t>(host_) % alignof(Descriptor) == 0,
         "indirect tables are aligned");
  if (slots % 64 != 0) free_.back() = (1ULL << (slots % 64)) - 1;
}

}  // namespace vqlab

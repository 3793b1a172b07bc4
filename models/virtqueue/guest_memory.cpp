#include "models/virtqueue/guest_memory.hpp"

#include <limits>
#include <new>

#include "models/base/ensure.hpp"
#include "models/base/units.hpp"

namespace vqlab {

GuestMemory::GuestMemory(std::uint64_t base, std::size_t bytes) : base_(base), bytes_(bytes) {
  ensure(bytes <= std::numeric_limits<std::uint64_t>::max() - base, "guest memory ends inside the address space");
  // calloc rather than new: large blocks arrive zeroed from the kernel and are not touched.
  owned_.reset(std::calloc(bytes + kPageBytes, 1));
  if (owned_ == nullptr) throw std::bad_alloc();
  void* aligned = owned_.get();
  std::size_t space = bytes + kPageBytes;
  data_ = static_cast<std::byte*>(std::align(kPageBytes, bytes, aligned, space));
}

GuestMemory::GuestMemory(std::uint64_t base, std::span<std::byte> mapping)
    : base_(base), bytes_(mapping.size()), data_(mapping.data()) {
  ensure(bytes_ <= std::numeric_limits<std::uint64_t>::max() - base, "guest memory ends inside the address space");
}

}  // namespace vqlab

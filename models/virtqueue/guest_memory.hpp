// Guest-physical memory as bytes, so that rings in it could as well be shared with a real device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "models/base/endian.hpp"

namespace vqlab {

// One contiguous range of guest-physical addresses. Moving it leaves the bytes where they are, so that pointers which
// rings resolved once stay good.
class GuestMemory {
 public:
  // Owns `bytes` zeroed bytes at guest-physical `base`. The host touches a page only when someone writes to it, so
  // unused data buffers cost address space alone. Host and guest addresses agree modulo 4096 if `base` is page-aligned.
  GuestMemory(std::uint64_t base, std::size_t bytes);
  // Views `mapping`, which must outlive this object, at guest-physical `base`.
  GuestMemory(std::uint64_t base, std::span<std::byte> mapping);

  [[nodiscard]] std::uint64_t base() const noexcept { return base_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  // Whether all of [addr, addr + len) lies inside; no overflow at the end of the address space.
  [[nodiscard]] bool contains(std::uint64_t addr, std::uint64_t len) const noexcept {
    const std::uint64_t offset = addr - base_;  // wraps to something huge below base
    return offset <= bytes_ && len <= bytes_ - offset;
  }

  // The host's view of [addr, addr + len), or nullptr unless all of it lies inside.
  [[nodiscard]] std::byte* at(std::uint64_t addr, std::uint64_t len) const noexcept {
    return contains(addr, len) ? data_ + (addr - base_) : nullptr;
  }

  // Little-endian word at any alignment. False, with nothing changed, if it does not lie inside. T: an unsigned
  // integer.
  template <class T>
  [[nodiscard]] bool load(std::uint64_t addr, T& value) const noexcept {
    const std::byte* p = at(addr, sizeof(T));
    if (p == nullptr) return false;
    value = load_little<T>(p);
    return true;
  }
  template <class T>
  [[nodiscard]] bool store(std::uint64_t addr, T value) const noexcept {
    std::byte* p = at(addr, sizeof(T));
    if (p == nullptr) return false;
    store_little(p, value);
    return true;
  }

 private:
  struct Free {
    void operator()(void* p) const noexcept { std::free(p); }
  };

  std::uint64_t base_;
  std::uint64_t bytes_;
  std::unique_ptr<void, Free> owned_;  // null for a view
  std::byte* data_;
};

}  // namespace vqlab

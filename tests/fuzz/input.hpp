// What a fuzzer makes of its bytes: numbers, one after the other, and guest memory whose ends are watched.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "models/virtqueue/guest_memory.hpp"

namespace vqlab::fuzz {

// Zeros follow the last byte.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : left_(data, size) {}

  [[nodiscard]] bool empty() const { return left_.empty(); }

  // The next little-endian number.
  template <class T>
  T number() {
    std::byte bytes[sizeof(T)] = {};
    const std::size_t taken = std::min(sizeof(T), left_.size());
    if (taken != 0) std::memcpy(bytes, left_.data(), taken);
    left_ = left_.subspan(taken);
    return load_little<T>(bytes);
  }
  std::uint8_t byte() { return number<std::uint8_t>(); }
  // In [0, end).
  std::uint32_t below(std::uint32_t end) { return number<std::uint16_t>() % end; }

 private:
  std::span<const std::uint8_t> left_;
};

// A heap block of exactly the memory's size, so that the address sanitizer sees the first byte beyond either end.
class Memory {
 public:
  static constexpr std::uint64_t kBase = 0x10000;
  static constexpr std::size_t kBytes = 8192;

  Memory() : block_(new std::byte[kBytes]()), view(kBase, std::span(block_.get(), kBytes)) {}

  // An address to put into a descriptor: inside, near an end of the memory or of the address space, or anywhere.
  static std::uint64_t address(Input& input) {
    const std::uint8_t kind = input.byte();
    const auto near = static_cast<std::uint64_t>(input.byte());
    switch (kind % 8) {
      case 0: return kBase + kBytes - near;
      case 1: return kBase + near - 16;
      case 2: return ~std::uint64_t{0} - near;
      case 3: return input.number<std::uint64_t>();
      default: return kBase + (kind / 8 * 256U + near) % kBytes;
    }
  }
  // A length to go with it.
  static std::uint32_t length(Input& input) {
    const std::uint8_t kind = input.byte();
    return kind < 240 ? kind : input.number<std::uint32_t>();
  }

  // Bytes from the input, anywhere inside.
  void scribble(Input& input) {
    const std::uint32_t at = input.below(kBytes);
    const std::uint32_t count = std::min<std::uint32_t>(input.byte() % 32, static_cast<std::uint32_t>(kBytes) - at);
    for (std::uint32_t i = 0; i < count; ++i) block_[at + i] = static_cast<std::byte>(input.byte());
  }

 private:
  std::unique_ptr<std::byte[]> block_;

 public:
  GuestMemory view;
};

}  // namespace vqlab::fuzz

// Where a driver gets its indirect descriptor tables from.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/virtqueue/layout.hpp"

namespace vqlab {

// Equal slots in guest memory, the lowest free one first (so that runs and traces repeat). Stands for the kernel's
// allocator: it may run out or be told to fail.
class IndirectTablePool {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  // `slots` slots of `slot_bytes` (a power of two, at least 16) from guest-physical `base`, aligned to 16, all inside
  // `memory`, which must outlive the pool.
  IndirectTablePool(const GuestMemory& memory, std::uint64_t base, std::uint32_t slots,
                    std::uint32_t slot_bytes = 4096);

  // Bytes of guest memory that such a pool needs.
  [[nodiscard]] static constexpr std::uint64_t bytes(std::uint32_t slots, std::uint32_t slot_bytes = 4096) noexcept {
    return static_cast<std::uint64_t>(slots) * slot_bytes;
  }

  // The longest table, in descriptors.
  [[nodiscard]] std::uint32_t capacity() const noexcept { return 1U << (slot_shift_ - 4); }
  [[nodiscard]] std::uint32_t in_use() const noexcept { return in_use_; }
  [[nodiscard]] bool in_use(std::uint32_t slot) const noexcept { return (free_[slot / 64] >> (slot % 64) & 1) == 0; }

  // A slot for `entries` descriptors, contents unspecified; kNone if none is free, it is too long, or told to fail.
  [[nodiscard]] std::uint32_t allocate(std::uint32_t entries) noexcept {
    if (failing_ || in_use_ == slots_ || entries > capacity()) return kNone;
    while (free_[first_] == 0) ++first_;
    std::uint64_t& word = free_[first_];
    const auto bit = static_cast<std::uint32_t>(std::countr_zero(word));
    word &= word - 1;
    ++in_use_;
    return static_cast<std::uint32_t>(first_) * 64 + bit;
  }
  // `slot`: allocated and not yet released.
  void release(std::uint32_t slot) noexcept {
    const std::size_t word = slot / 64;
    free_[word] |= 1ULL << (slot % 64);
    if (word < first_) first_ = word;
    --in_use_;
  }

  [[nodiscard]] std::uint64_t address(std::uint32_t slot) const noexcept {
    return base_ + (static_cast<std::uint64_t>(slot) << slot_shift_);
  }
  [[nodiscard]] Descriptor* table(std::uint32_t slot) const noexcept {
    return reinterpret_cast<Descriptor*>(host_ + (static_cast<std::size_t>(slot) << slot_shift_));
  }

  // While true every allocation fails.
  void set_failing(bool failing) noexcept { failing_ = failing; }

 private:
  std::byte* host_;
  std::uint64_t base_;
  std::uint32_t slots_;
  std::uint32_t slot_shift_;
  std::uint32_t in_use_ = 0;
  bool failing_ = false;
  std::size_t first_ = 0;            // no free bit below this word
  std::vector<std::uint64_t> free_;  // one bit for each slot
};

}  // namespace vqlab

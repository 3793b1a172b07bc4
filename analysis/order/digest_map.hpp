// Values by digest: open addressing, and nothing is ever taken out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/order/digest.hpp"

namespace vqlab::order {

template <class Value>
class DigestMap {
 public:
  DigestMap() : slots_(1u << 10) {}

  // The value of the key, made if it is new; valid until the next call. `made` says which.
  Value& find(const Digest& key, bool& made) {
    if (is_full()) grow();
    Slot& slot = slot_of(slots_, key);
    made = !slot.used;
    if (made) {
      slot = {.key = key, .value = {}, .used = true};
      ++count_;
    }
    return slot.value;
  }

  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  // Memory that it has while a value is added: to grow it needs what it has and twice as much.
  [[nodiscard]] std::uint64_t bytes_to_add() const noexcept {
    return (is_full() ? 3 : 1) * std::uint64_t{slots_.size()} * sizeof(Slot);
  }

 private:
  struct Slot {
    Digest key;
    Value value{};
    bool used = false;
  };

  [[nodiscard]] bool is_full() const noexcept { return 10 * count_ >= 7 * slots_.size(); }

  static Slot& slot_of(std::vector<Slot>& slots, const Digest& key) noexcept {
    std::size_t at = key.low & (slots.size() - 1);
    while (slots[at].used && slots[at].key != key) at = (at + 1) & (slots.size() - 1);
    return slots[at];
  }

  void grow() {
    std::vector<Slot> larger(2 * slots_.size());
    for (const Slot& slot : slots_)
      if (slot.used) slot_of(larger, slot.key) = slot;
    slots_ = std::move(larger);
  }

  std::vector<Slot> slots_;  // a power of two, probed in order
  std::size_t count_ = 0;
};

}  // namespace vqlab::order

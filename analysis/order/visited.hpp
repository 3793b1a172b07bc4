// The states that were seen, each with the moves that were left out there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/order/digest.hpp"

namespace vqlab::order {

class Visited {
 public:
  struct Entry {
    Digest state;
    std::uint64_t asleep;  // moves that were not explored from here
    double executions;     // that go on from here to their end
    bool used = false;
  };

  Visited() : slots_(1u << 16) {}

  // The state's entry, made if it is new; valid until the next call. `made` says which.
  Entry& find(const Digest& state, bool& made) {
    if (10 * count_ >= 7 * slots_.size()) grow();
    Entry& entry = slot_of(slots_, state);
    made = !entry.used;
    if (made) {
      entry = {.state = state, .asleep = 0, .executions = 0, .used = true};
      ++count_;
    }
    return entry;
  }

  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  static Entry& slot_of(std::vector<Entry>& slots, const Digest& state) noexcept {
    std::size_t at = state.low & (slots.size() - 1);
    while (slots[at].used && slots[at].state != state) at = (at + 1) & (slots.size() - 1);
    return slots[at];
  }

  void grow() {
    std::vector<Entry> larger(2 * slots_.size());
    for (const Entry& entry : slots_)
      if (entry.used) slot_of(larger, entry.state) = entry;
    slots_ = std::move(larger);
  }

  std::vector<Entry> slots_;  // a power of two, probed in order
  std::size_t count_ = 0;
};

}  // namespace vqlab::order

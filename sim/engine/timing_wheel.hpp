// The steps of the near future, ordered by time, FIFO among equals.
//
// 4096 slots of 16 ns, each a list sorted by time, with a two-level occupancy bitmap (64 words and one word over them):
// the wheel spans 65 us, and slots and bitmaps stay in the first-level cache. Slots of 1 ns would need no sorting but
// 512 KiB; docs/decisions has the comparison. Looking for the next step moves nothing, so an earlier step may always
// be inserted afterwards.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "sim/engine/step.hpp"

namespace vqlab::sim {

class TimingWheel {
 public:
  static constexpr int kSlotShift = 4;
  static constexpr std::uint64_t kSlots = 4096;
  static constexpr Duration kSpan{std::int64_t{kSlots} << kSlotShift};

  // Whether a step that is due after `delay` lies in the wheel, whose span begins at the slot of the calendar's time.
  [[nodiscard]] static constexpr bool spans(Duration delay) noexcept {
    return static_cast<std::uint64_t>(delay.count()) <= std::uint64_t{kSlots - 1} << kSlotShift;
  }

  // Precondition: spans(step.when - now), for the `now` of the calendar.
  void insert(Step& step) noexcept {
    const std::uint64_t slot = slot_number(step.when) % kSlots;
    Step** link = &slots_[slot];
    while (*link != nullptr && (*link)->when <= step.when) link = &(*link)->next;
    step.place = Step::Place::kWheel;
    step.next = *link;
    *link = &step;
    occupied_[slot / 64] |= bit(slot % 64);
    words_ |= bit(slot / 64);
  }

  // Precondition: the step is in this wheel.
  void remove(Step& step) noexcept {
    const std::uint64_t slot = slot_number(step.when) % kSlots;
    Step** link = &slots_[slot];
    while (*link != &step) link = &(*link)->next;
    *link = step.next;
    step.place = Step::Place::kNowhere;
    if (slots_[slot] == nullptr) vacate(slot);
  }

  // Takes out the first step of its slot; the result is the next one there, or null. Precondition: earliest() or this
  // function has returned the step, and nothing was inserted since.
  Step* remove_front(Step& step) noexcept {
    const std::uint64_t slot = slot_number(step.when) % kSlots;
    Step* const following = step.next;
    slots_[slot] = following;
    step.place = Step::Place::kNowhere;
    if (following == nullptr) vacate(slot);
    return following;
  }

  // The earliest step, or null. `now` is the calendar's: no step lies before it.
  [[nodiscard]] Step* earliest(Instant now) const noexcept {
    const std::uint64_t start = slot_number(now) % kSlots;
    const std::uint64_t start_word = start / 64;
    const std::uint64_t here = occupied_[start_word] & ~std::uint64_t{0} << start % 64;
    if (here != 0) return slots_[start_word * 64 + lowest(here)];
    if (words_ == 0) return nullptr;
    // The words after the first one, in turn; the first one again comes last, with the slots before `start`.
    const auto distance = lowest(std::rotr(words_, static_cast<int>((start_word + 1) % 64)));
    const std::uint64_t word = (start_word + 1 + distance) % 64;
    return slots_[word * 64 + lowest(occupied_[word])];
  }

 private:
  void vacate(std::uint64_t slot) noexcept {
    occupied_[slot / 64] &= ~bit(slot % 64);
    if (occupied_[slot / 64] == 0) words_ &= ~bit(slot / 64);
  }
  [[nodiscard]] static std::uint64_t slot_number(Instant when) noexcept {
    return static_cast<std::uint64_t>(when.time_since_epoch().count()) >> kSlotShift;
  }
  [[nodiscard]] static std::uint64_t bit(std::uint64_t n) noexcept { return std::uint64_t{1} << n; }
  // Precondition: bits != 0, which std::countr_zero would test for.
  [[nodiscard]] static std::uint64_t lowest(std::uint64_t bits) noexcept {
    return static_cast<std::uint64_t>(__builtin_ctzll(bits));
  }

  std::array<Step*, kSlots> slots_{};
  std::array<std::uint64_t, kSlots / 64> occupied_{};
  std::uint64_t words_ = 0;
};

}  // namespace vqlab::sim

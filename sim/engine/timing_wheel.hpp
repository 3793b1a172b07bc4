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
    step.place = Step::Place::kWheel;
    Step** link = &slots_[slot];
    while (*link != nullptr && (*link)->when <= step.when) [[unlikely]] link = &(*link)->next;
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

  [[nodiscard]] bool empty() const noexcept { return words_ == 0; }

  // The earliest step, which is the first of its slot.
  struct Front {
    Step* step = nullptr;
    std::uint64_t slot = 0;
    std::uint64_t others = 0;  // slots of its word of the bitmap that are in use, too
  };

  // Precondition: not empty. `now` is the calendar's: no step lies before it.
  [[nodiscard, gnu::always_inline]] Front earliest(Instant now) const noexcept {
    const std::uint64_t start = slot_number(now) % kSlots;
    const std::uint64_t word = next_word(start / 64);
    const std::uint64_t here = occupied_[word];
    const std::uint64_t slot = word * 64 + lowest(here);
    // In the word of `now` a slot before it comes last, after all other words.
    if (slot < start && word == start / 64) [[unlikely]]
      return earliest_after(start);
    return {slots_[slot], slot, here & (here - 1)};
  }

  // Takes out the earliest step; the result is the next one of its slot, or null. Precondition: earliest() has returned
  // it, or its step is what this function has returned, and nothing was inserted since.
  [[gnu::always_inline]] Step* remove_front(const Front& front) noexcept {
    Step* const following = front.step->next;
    slots_[front.slot] = following;
    front.step->place = Step::Place::kNowhere;
    if (following == nullptr) [[likely]] {
      occupied_[front.slot / 64] = front.others;
      if (front.others == 0) words_ &= ~bit(front.slot / 64);
    }
    return following;
  }

 private:
  // The first word in use from this one on, in turn. Precondition: one is.
  [[nodiscard]] std::uint64_t next_word(std::uint64_t word) const noexcept {
    return (word + lowest(std::rotr(words_, static_cast<int>(word)))) % 64;
  }
  // As earliest(), where slots before `start` in its word are in use.
  [[nodiscard, gnu::noinline, gnu::cold]] Front earliest_after(std::uint64_t start) const noexcept {
    std::uint64_t word = start / 64;
    std::uint64_t here = occupied_[word] & ~std::uint64_t{0} << start % 64;
    if (here == 0) {
      // The same word again, if there is no other one.
      word = next_word((word + 1) % 64);
      here = occupied_[word];
    }
    const std::uint64_t slot = word * 64 + lowest(here);
    return {slots_[slot], slot, occupied_[word] & ~bit(slot % 64)};
  }

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
    return static_cast<unsigned>(__builtin_ctzll(bits));
  }

  std::array<Step*, kSlots> slots_{};
  std::array<std::uint64_t, kSlots / 64> occupied_{};
  std::uint64_t words_ = 0;
};

}  // namespace vqlab::sim

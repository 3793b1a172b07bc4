// The steps beyond the wheel's span: a 4-ary heap ordered by time, FIFO among equals.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/step.hpp"

namespace vqlab::sim {

class FarHeap {
 public:
  static constexpr Instant kNever = Instant::max();

  // Null if empty.
  [[nodiscard]] Step* earliest() const noexcept { return entries_.empty() ? nullptr : entries_.front().step; }
  // kNever if empty.
  [[nodiscard]] Instant earliest_time() const noexcept { return earliest_time_; }
  void insert(Step& step);
  // Precondition: the step is in this heap.
  void remove(Step& step) noexcept;

 private:
  struct Entry {
    Instant when;
    std::uint64_t sequence;
    Step* step;
  };

  [[nodiscard]] static bool before(const Entry& a, const Entry& b) noexcept {
    return a.when != b.when ? a.when < b.when : a.sequence < b.sequence;
  }
  void place(std::size_t index, const Entry& entry) noexcept;
  void sift_up(std::size_t index, const Entry& entry) noexcept;
  void sift_down(std::size_t index, const Entry& entry) noexcept;

  static constexpr std::size_t kArity = 4;
  Instant earliest_time_ = kNever;  // kept beside the entries: the calendar looks before each step
  std::vector<Entry> entries_;
  std::uint64_t sequence_ = 0;
};

}  // namespace vqlab::sim

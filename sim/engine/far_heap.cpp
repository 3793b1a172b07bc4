#include "sim/engine/far_heap.hpp"

#include <algorithm>

namespace vqlab::sim {

void FarHeap::insert(Step& step) {
  const Entry entry{step.when, sequence_++, &step};
  step.place = Step::Place::kHeap;
  entries_.push_back(entry);
  sift_up(entries_.size() - 1, entry);
  earliest_time_ = entries_.front().when;
}

void FarHeap::remove(Step& step) noexcept {
  const std::size_t hole = step.heap_index;
  step.place = Step::Place::kNowhere;
  const Entry last = entries_.back();
  entries_.pop_back();
  if (hole != entries_.size()) {
    if (hole > 0 && before(last, entries_[(hole - 1) / kArity]))
      sift_up(hole, last);
    else
      sift_down(hole, last);
  }
  earliest_time_ = entries_.empty() ? kNever : entries_.front().when;
}

void FarHeap::place(std::size_t index, const Entry& entry) noexcept {
  entries_[index] = entry;
  entry.step->heap_index = static_cast<std::uint32_t>(index);
}

void FarHeap::sift_up(std::size_t index, const Entry& entry) noexcept {
  while (index > 0) {
    const std::size_t parent = (index - 1) / kArity;
    if (!before(entry, entries_[parent])) break;
    place(index, entries_[parent]);
    index = parent;
  }
  place(index, entry);
}

void FarHeap::sift_down(std::size_t index, const Entry& entry) noexcept {
  while (true) {
    const std::size_t first = index * kArity + 1;
    if (first >= entries_.size()) break;
    const std::size_t end = std::min(first + kArity, entries_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child)
      if (before(entries_[child], entries_[least])) least = child;
    if (!before(entries_[least], entry)) break;
    place(index, entries_[least]);
    index = least;
  }
  place(index, entry);
}

}  // namespace vqlab::sim

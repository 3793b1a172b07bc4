// A step: the continuation of a process, waiting in at most one list.
#pragma once

#include <coroutine>
#include <cstdint>

#include "models/base/ensure.hpp"
#include "models/base/resource_id.hpp"
#include "models/base/units.hpp"

namespace vqlab::sim {

// Lives in the awaiter of the suspended coroutine, so that waiting allocates nothing. Where it waits owns the link:
// lists are linked one way and short, so that the rare removal from the middle looks for its predecessor.
struct Step {
  enum class Place : std::uint8_t { kNowhere, kList, kWheel, kHeap, kOrder };

  std::coroutine_handle<> process;
  Step* next;                // set by the list,
  Instant when;              // by the calendar,
  std::uint32_t heap_index;  // by the heap
  Place place = Place::kNowhere;
  ResourceId resource = ResourceId::kNone;  // what the time until it runs is spent on
  std::uint16_t thread = 0;                 // whose step it is, for a TraceSink; 0: nobody has said so

  Step() noexcept {}  // not defaulted: Step{} would set everything to zero first
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
};

// FIFO of steps through their own links.
class StepList {
 public:
  StepList() = default;
  StepList(const StepList&) = delete;
  StepList& operator=(const StepList&) = delete;

  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }
  [[nodiscard]] Step* front() const noexcept { return head_; }

  void push_back(Step& step) noexcept {
    step.place = Step::Place::kList;
    step.next = nullptr;
    *tail_ = &step;
    tail_ = &step.next;
  }

  void push_front(Step& step) noexcept {
    step.place = Step::Place::kList;
    step.next = head_;
    if (head_ == nullptr) tail_ = &step.next;
    head_ = &step;
  }

  // Null if empty.
  Step* pop_front() noexcept {
    Step* const step = head_;
    if (step == nullptr) return nullptr;
    head_ = step->next;
    if (head_ == nullptr) tail_ = &head_;
    step->place = Step::Place::kNowhere;
    return step;
  }

  // Precondition: the step is in this list.
  void remove(Step& step) noexcept {
    Step** link = &head_;
    while (*link != &step) link = &(*link)->next;
    *link = step.next;
    if (step.next == nullptr) tail_ = link;
    step.place = Step::Place::kNowhere;
  }

 private:
  Step* head_ = nullptr;
  Step** tail_ = &head_;
};

}  // namespace vqlab::sim

// First in, first out, through the elements' own `next`.
#pragma once

namespace vqlab {

template <class T>
class Fifo {
 public:
  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }

  // Null if empty. The others follow through `next`.
  [[nodiscard]] T* front() const noexcept { return head_; }

  void push_back(T& element) noexcept {
    element.next = nullptr;
    if (head_ == nullptr)
      head_ = &element;
    else
      tail_->next = &element;
    tail_ = &element;
  }

  void push_front(T& element) noexcept {
    element.next = head_;
    if (head_ == nullptr) tail_ = &element;
    head_ = &element;
  }

  // Null if empty.
  T* pop_front() noexcept {
    T* const element = head_;
    if (element != nullptr) head_ = element->next;
    return element;
  }

  // Precondition: it is in the list.
  void remove(T& element) noexcept {
    if (head_ == &element) {
      head_ = element.next;
      return;
    }
    T* before = head_;
    while (before->next != &element) before = before->next;
    before->next = element.next;
    if (tail_ == &element) tail_ = before;
  }

 private:
  T* head_ = nullptr;
  T* tail_ = nullptr;
};

}  // namespace vqlab

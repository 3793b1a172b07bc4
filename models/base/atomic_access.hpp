// The Access of two parties that really run at the same time: threads, or this process and a device in another one.
#pragma once

#include <atomic>

namespace vqlab {

// Every load acquires and every store releases, which on x86 are plain moves. So loads stay in order, stores stay in
// order, and what was written before a store is seen by whoever loads it: two of the three barriers have nothing left
// to do, and a thread sanitizer, which knows the ordering of accesses but not that of fences, sees all there is. What
// remains is a store that must not linger while a later load runs ahead: that takes the fence, and orders atomic
// accesses only. Words must be aligned to their size and be touched by nobody but through atomics.
struct AtomicAccess {
  template <class T>
  [[nodiscard]] T load(const T& word) noexcept {
    static_assert(std::atomic_ref<T>::is_always_lock_free, "a lock of this process would not bind the other one");
    // atomic_ref takes no const object; nothing is written through it.
    return std::atomic_ref<T>(const_cast<T&>(word)).load(std::memory_order_acquire);
  }
  template <class T>
  void store(T& word, T value) noexcept {
    static_assert(std::atomic_ref<T>::is_always_lock_free, "a lock of this process would not bind the other one");
    std::atomic_ref<T>(word).store(value, std::memory_order_release);
  }
  template <class T>
  T add(T& word, T delta) noexcept {
    static_assert(std::atomic_ref<T>::is_always_lock_free, "a lock of this process would not bind the other one");
    return static_cast<T>(std::atomic_ref<T>(word).fetch_add(delta) + delta);
  }
  template <class T>
  T await_clear(const T& word, T mask) noexcept {
    T value = load(word);
    while ((value & mask) != 0) value = load(word);
    return value;
  }
  void full_barrier() noexcept { std::atomic_thread_fence(std::memory_order_seq_cst); }
  void read_barrier() noexcept {}
  void write_barrier() noexcept {}
};

}  // namespace vqlab

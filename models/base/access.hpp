// How words that two parties share are read and written.
#pragma once

#include "models/base/ensure.hpp"

namespace vqlab {

// Every class that touches shared state (ring words, counters of a target) is a template over an Access and holds one
// by value. This one is the simulator's: only one process runs at a time, so plain loads and stores are enough and
// barriers are nothing. Others may yield to another fiber at each access, or use atomics and real fences. An Access
// offers exactly these members; they need not be const, and the object may carry state.
struct PlainAccess {
  template <class T>
  [[nodiscard]] T load(const T& word) noexcept {
    return word;
  }
  template <class T>
  void store(T& word, T value) noexcept {
    word = value;
  }
  // Atomic; returns the new value.
  template <class T>
  T add(T& word, T delta) noexcept {
    return word = static_cast<T>(word + delta);
  }
  // Spins until no bit of `mask` is set in the word; returns it.
  template <class T>
  T await_clear(const T& word, T mask) noexcept {
    ensure((word & mask) == 0, "with one process at a time, nobody would clear it");
    return word;
  }
  void full_barrier() noexcept {}   // no access moves across, in either direction
  void read_barrier() noexcept {}   // no later load moves before an earlier one
  void write_barrier() noexcept {}  // no earlier store moves behind a later one
};

}  // namespace vqlab

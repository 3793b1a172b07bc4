// Memory for coroutine frames: free lists by size, so that starting a process or a call allocates nothing in steady
// state.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace vqlab::sim {

class FramePool {
 public:
  // The pool of this thread. It is never torn down, so that finding it takes no check; its memory goes with the
  // process.
  [[nodiscard]] static FramePool& instance() noexcept {
    static constinit thread_local FramePool pool;
    return pool;
  }

  constexpr FramePool() = default;
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  [[nodiscard]] void* take(std::size_t bytes) {
    const std::size_t index = class_of(bytes);
    if (index >= kClasses) return ::operator new(bytes);
    Free* const frame = free_[index];
    if (frame == nullptr) return ::operator new((index + 1) * kGrain);
    free_[index] = frame->next;
    return frame;
  }

  void give_back(void* frame, std::size_t bytes) noexcept {
    const std::size_t index = class_of(bytes);
    if (index >= kClasses) {
      ::operator delete(frame);
      return;
    }
    auto* const free = static_cast<Free*>(frame);
    free->next = free_[index];
    free_[index] = free;
  }

  // Gives the free frames to the system: the last thing that a thread does which ends before the process.
  void empty() noexcept {
    for (Free*& frames : free_)
      while (frames != nullptr) ::operator delete(std::exchange(frames, frames->next));
  }

 private:
  struct Free {
    Free* next;
  };
  static constexpr std::size_t kGrain = 64;
  static constexpr std::size_t kClasses = 32;  // frames up to 2 KiB
  [[nodiscard]] static std::size_t class_of(std::size_t bytes) noexcept { return (bytes - 1) / kGrain; }

  std::array<Free*, kClasses> free_{};
};

}  // namespace vqlab::sim

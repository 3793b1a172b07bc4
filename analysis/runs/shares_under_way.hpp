// How much of each running task is done: one page that the processes of a pool share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace vqlab {

// Each process of the pool has a place, and one task after the other is at work there. Nobody waits for anybody. If the
// system gives no memory for it, all shares are 0.
class SharesUnderWay {
 public:
  // To be made before the processes that share it.
  explicit SharesUnderWay(std::size_t places);
  ~SharesUnderWay();
  SharesUnderWay(const SharesUnderWay&) = delete;
  SharesUnderWay& operator=(const SharesUnderWay&) = delete;

  // From the process of the task: so much is done, from 0 to 1. Precondition: task < 2^32 - 1.
  void report(std::size_t place, std::size_t task, double share) noexcept;
  // The task is over and counts as a whole from here on. Precondition: its process is over, too.
  void end(std::size_t task) noexcept;
  // Of the tasks that are not over.
  [[nodiscard]] double sum() const noexcept;

 private:
  // Task and share in one word, so that the end of a task cannot take away the share of the next one at its place.
  using Place = std::atomic<std::uint64_t>;
  static_assert(Place::is_always_lock_free, "processes share it");

  std::size_t places_;
  Place* shared_;  // null: there is none
};

}  // namespace vqlab

// What was seen of a policy while the driver's interleavings were explored.
//
// States are told apart by the explored memory alone, so a policy that keeps something elsewhere would be explored in
// part and proven wrongly. Two things show that: the object's bytes change, or a call does something else than an
// earlier one that was told the same and has read the same.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "analysis/order/digest_map.hpp"

namespace vqlab::order {

// Of all executions of one exploration, in however many threads.
class PolicyWatch {
 public:
  // The first fault, in words; none: nothing was seen.
  [[nodiscard]] std::optional<std::string> fault() const {
    if (!faulty_.load(std::memory_order_acquire)) return std::nullopt;
    return fault_;
  }
  void refuse(const std::string& what) {
    const std::lock_guard lock(fault_mutex_);
    if (faulty_.load(std::memory_order_relaxed)) return;
    fault_ = what;
    faulty_.store(true, std::memory_order_release);
  }
  // What a call did next when it knew this for the first time; `next` if that is now.
  [[nodiscard]] std::uint64_t first_next(const Digest& known, std::uint64_t next) {
    Shard& shard = shards_[known.high % kShards];
    const std::lock_guard lock(shard.mutex);
    bool made = false;
    std::uint64_t& first = shard.next.find(known, made);
    if (made) first = next;
    return first;
  }

 private:
  static constexpr std::size_t kShards = 16;
  struct Shard {
    std::mutex mutex;
    DigestMap<std::uint64_t> next;
  };

  std::array<Shard, kShards> shards_;
  std::mutex fault_mutex_;
  std::string fault_;  // written once, before it is said that there is one
  std::atomic<bool> faulty_ = false;
};

}  // namespace vqlab::order

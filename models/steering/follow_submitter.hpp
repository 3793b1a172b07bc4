// Moving a busy target without reordering its commands: by draining it first.
#pragma once

#include <span>

#include "models/steering/policy.hpp"

namespace vqlab {

inline constexpr std::uint32_t kLongestRow = 10'000;  // of commands; a count of them fits 15 bits

// The series' rule, and in addition: once `row` commands in a row came from one vCPU of another queue, nothing of the
// target is let in until all that is in flight has come back; then it takes the queue of whoever comes first.
//
// A drain ends, since nothing is added while it lasts, and since it is given up after kRefusals: a count of commands in
// flight that never falls to zero (guest.drop_reqs_on_failed_add) holds nobody back for good. Nobody starves: between
// two drains of a target at least `row` commands are let in. Submitters that take turns never make a row.
class FollowSubmitter {
 public:
  // Precondition: row <= kLongestRow.
  FollowSubmitter(const PolicySetup& setup, std::uint32_t row)
      : row_(row), targets_(setup.words.make<LineWord>(setup.targets)) {}

  // Precondition: the target's lock is held.
  [[nodiscard]] QueueId pick(const SteeringView& view) const {
    PolicyWord& word = targets_[view.target.index()].value;
    const std::uint32_t before = view.memory.load(word);
    Following following = unpack(before);
    const QueueId queue = decide(following, view);
    if (const std::uint32_t after = pack(following); after != before) view.memory.store(word, after);
    return queue;
  }

 private:
  static constexpr std::uint32_t kRefusals = 1024;

  struct Following {
    bool draining = false;
    std::uint32_t count = 0;      // refusals while draining, else commands in a row
    std::uint32_t submitter = 0;  // whose row it is
  };

  [[nodiscard]] QueueId decide(Following& following, const SteeringView& view) const {
    const std::uint32_t own = view.submitter.value % view.queues;
    if (view.target_in_flight == 0) {
      following = {};
      return QueueId(own);
    }
    if (following.draining) {
      if (++following.count <= kRefusals) return kHold;
      following = {};
    }
    if (own == view.target_queue.value) {
      following = {};
      return view.target_queue;
    }
    if (following.submitter != view.submitter.value) following = {.submitter = view.submitter.value};
    if (++following.count <= row_) return view.target_queue;
    following = {.draining = true, .count = 1};
    return kHold;
  }

  [[nodiscard]] static std::uint32_t pack(const Following& following) noexcept {
    return (following.draining ? 1u : 0u) << 31 | following.count << 16 | following.submitter;
  }
  [[nodiscard]] static Following unpack(std::uint32_t word) noexcept {
    return {.draining = word >> 31 != 0, .count = word >> 16 & 0x7fff, .submitter = word & 0xffff};
  }

  std::uint32_t row_;
  std::span<LineWord> targets_;  // a Following each; the target's lock protects it
};

}  // namespace vqlab

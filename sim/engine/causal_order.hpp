// The calendar's own order of steps, with a memory of why each ran when it did: the step in which it was scheduled, and
// what the time between the two was spent on.
//
// A step that waits for a time alone, and for no resource, looks at what is there: what it starts goes on from the step
// that ran before it.
//
// A process that waits for several things is resumed by the last of them, so the step that scheduled it is what it
// waited for. Followed back from the end of a run, these links are its critical path: the run is as long as they are
// together, and what is spent on it more cheaply makes the run shorter by that much, as long as the path stays the same
// (Kelley and Walker, 1959, for the path; Yang and Miller, 1988, for parallel programs).
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "models/base/resource_id.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/far_heap.hpp"

namespace vqlab::sim {

class CausalOrder final : public StepOrder {
 public:
  static constexpr std::uint32_t kDefaultLinks = 1u << 22;

  // Remembers the last `links` of them: 12 bytes each.
  explicit CausalOrder(std::uint32_t links = kDefaultLinks) : links_(links) {}

  void add(Step& step) override;
  void remove(Step& step) override;
  void set_aside(Step& step) override;
  Step* next(Instant horizon) override;

  // The critical path, link by link, from the step that ran last back to the beginning or as far as is remembered:
  // `begin` to `end` was spent on `resource`. Each ends where the one before began.
  void walk_back(const std::function<void(Instant begin, Instant end, ResourceId resource)>& visit) const;

 private:
  static constexpr std::uint64_t kFirst = ~std::uint64_t{0};  // links to nothing

  struct Link {
    std::uint32_t to_earlier;  // how many links before; 0: none
    std::uint32_t ns;
    ResourceId resource;
  };
  struct Waiting {
    std::uint64_t earlier;  // the link that it goes on from
    std::uint64_t link;
    Instant since;
  };

  // What began where the `earlier` link ended. The result is its number.
  std::uint64_t link(std::uint64_t earlier, Duration time, ResourceId resource);

  std::vector<Link> links_;  // a ring, by number
  std::uint64_t linked_ = 0;
  FarHeap steps_;
  std::unordered_map<const Step*, Waiting> waiting_;
  std::uint64_t running_ = kFirst;
  Instant now_{};
  struct Begun {
    std::uint64_t link;  // of what is done
    Instant since;
  };
  // Steps whose work is interrupted. What they wait for is their own work, done before and after, and the time in
  // between; where the interrupt came from does not delay them.
  std::unordered_map<const Step*, Begun> begun_;
  // A step taken back by the one that runs. If it is scheduled again, for another time, it still waits for the same.
  const Step* taken_back_ = nullptr;
  Waiting before_{};
};

}  // namespace vqlab::sim

// The I/O scheduler ("elevator") of a disk, as far as it decides what is merged: among requests that wait because the
// disk, its HBA or the driver takes no more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/block/merging.hpp"

namespace vqlab {

struct ElevatorRules {
  bool merges = false;       // an I/O behind a request that waits; false: it has no place where requests wait
  bool fronts = false;       // and one in front of it
  bool own_process = false;  // of its own process alone
  bool sorted = false;       // it finds a request by its address; else it knows the one that came next
};

// Of guest.scheduler, "auto" apart.
[[nodiscard]] ElevatorRules elevator_rules(std::string_view scheduler);

// `waiting` is a list of pointers to requests of one disk that may be merged with, in the order in which they came.
template <class Request>
class Elevator {
 public:
  using Waiting = std::vector<Request*>;

  Elevator(const ElevatorRules& rules, const RequestLimits& limits) : rules_(rules), limits_(limits) {}

  [[nodiscard]] bool merges() const noexcept { return rules_.merges; }

  // The request that an I/O becomes part of: the newest that it follows, or the newest that it goes before.
  [[nodiscard]] Merge<Request> merge_for(const Waiting& waiting, const Request& io) const noexcept {
    for (const bool front : {false, true}) {
      if (front && !rules_.fronts) break;
      for (auto one = waiting.rbegin(); one != waiting.rend(); ++one) {
        Request& request = **one;
        if (!may_merge(request, io) || (rules_.own_process && request.process != io.process)) continue;
        if (front ? follows(io, request) : follows(request, io)) return try_merge(limits_, request, io);
      }
    }
    return {};
  }

  // The request that has grown may now reach another one, which becomes part of it. Null: none.
  [[nodiscard]] Request* neighbour(const Waiting& waiting, const Request& grown, MergeSide side) const noexcept {
    const auto at = std::find(waiting.begin(), waiting.end(), &grown);
    for (auto one = waiting.begin(); one != waiting.end(); ++one) {
      Request& other = **one;
      if (one == at || !may_merge(grown, other) || (rules_.own_process && other.process != grown.process)) continue;
      const bool reached = side == MergeSide::kBack ? follows(grown, other) : follows(other, grown);
      const bool known = rules_.sorted || (side == MergeSide::kBack ? one == at + 1 : one + 1 == at);
      if (reached && known && fits(limits_, grown, other)) return &other;
    }
    return nullptr;
  }

  // A request comes from a plug: the one that waits and that it becomes part of, behind it. Null: none.
  [[nodiscard]] Request* before(const Waiting& waiting, const Request& request) const noexcept {
    for (auto one = waiting.rbegin(); one != waiting.rend(); ++one) {
      Request& other = **one;
      if (&other != &request && may_merge(other, request) && follows(other, request))
        return fits(limits_, other, request) ? &other : nullptr;
    }
    return nullptr;
  }

 private:
  ElevatorRules rules_;
  RequestLimits limits_;
};

}  // namespace vqlab

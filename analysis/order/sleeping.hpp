// Moves that need not be made where they would only be the other order of two independent ones: sleep sets (Godefroid,
// LNCS 1032).
#pragma once

#include <bit>
#include <vector>

#include "analysis/order/explored_system.hpp"
#include "analysis/order/state_graph.hpp"

namespace vqlab::order {

struct Explored {
  Move move;
  Footprint footprint;
};
using Sleeping = std::vector<Explored>;

[[nodiscard]] inline MoveSet set_of(const Sleeping& sleeping, const ExploredSystem& system) {
  MoveSet set = 0;
  for (const Explored& other : sleeping) set |= MoveSet{1} << system.bit_of(other.move);
  return set;
}

// What still sleeps once `taken` has been made.
[[nodiscard]] inline Sleeping sleeping_after(const Sleeping& before, const Explored& taken) {
  Sleeping after;
  for (const Explored& other : before)
    if (other.move.process != taken.move.process && !other.footprint.conflicts(taken.footprint)) after.push_back(other);
  return after;
}

// Takes the last move out of a set that is not empty: its bit.
[[nodiscard]] inline std::uint32_t take_last(MoveSet& set) {
  const auto bit = static_cast<std::uint32_t>(std::bit_width(set)) - 1;
  set &= ~(MoveSet{1} << bit);
  return bit;
}

}  // namespace vqlab::order

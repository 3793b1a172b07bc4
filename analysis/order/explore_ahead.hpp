// Several threads make the steps of an exploration ahead of it, each with a system of its own: what a step leads to
// need then only be looked up. What they leave out costs time and nothing else.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/order/exploration.hpp"
#include "analysis/order/state_graph.hpp"

namespace vqlab::order {

enum class Ahead {
  kAll,      // there is nothing left to explore
  kFull,     // as many states were seen, or as much memory is used, as is allowed
  kStopped,  // options.go_on said so
  kNews,     // something was discovered, or is wrong: whoever explores finds it again
};

// Precondition: the graph is empty; several threads may call make_driver at once.
[[nodiscard]] Ahead explore_ahead(const OrderBounds& bounds, const MakeDriver& make_driver, PolicyWatch& watch,
                                  const Contention& contention, const ExplorationOptions& options, StateGraph& graph);

}  // namespace vqlab::order

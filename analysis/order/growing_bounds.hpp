// Explores as far as a time allows: bounds that grow, one after the other.
#pragma once

#include <string>
#include <vector>

#include "analysis/order/exploration.hpp"

namespace vqlab::order {

// Two requests, three, then packed rings, two devices, a vCPU that goes and returns, and four requests; the policy, the
// driver and the promise are those of `of`.
[[nodiscard]] std::vector<OrderBounds> growing_bounds(const OrderBounds& of);

// Explores one after the other until `seconds` are over, or one of them is wrong; the first to their end, however long
// that takes. Prints what is proven and what is not explored, or the counterexample. Returns the exit code: good if
// nothing is wrong.
// `policy`: as it was given.
[[nodiscard]] int explore_growing(const OrderBounds& of, const std::string& policy, double seconds,
                                  ExplorationOptions options);

}  // namespace vqlab::order

// Approximate mean-value analysis, whose cost does not depend on how many requests there are.
//
// Linearizer (Chandy and Neuse, CACM 1982): the share of a class that a station holds hardly changes when one request
// is taken out of the network, and the change itself is estimated from networks with one request less. How far it is
// from exact results, and what is done about stations of several servers: docs/models/analytic.md.
#pragma once

#include "models/analytic/network.hpp"

namespace vqlab::analytic {

// Precondition: fault_of() finds none.
[[nodiscard]] Solution linearizer(const ClosedNetwork& network);

}  // namespace vqlab::analytic

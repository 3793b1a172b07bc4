// The states that were seen, each with the moves that were left out there.
#pragma once

#include <cstdint>

#include "analysis/order/digest_map.hpp"

namespace vqlab::order {

struct VisitedState {
  std::uint64_t asleep = 0;  // moves that were not explored from here
  double executions = 0;     // that go on from here to their end
};
using Visited = DigestMap<VisitedState>;

}  // namespace vqlab::order

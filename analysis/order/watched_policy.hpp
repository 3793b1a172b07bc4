// Holds a policy to its contract while the driver's interleavings are explored: see PolicyWatch.
#pragma once

#include <cstddef>
#include <memory>

#include "analysis/order/stage.hpp"
#include "models/steering/policy.hpp"

namespace vqlab::order {

// The same policy, watched by the stage's PolicyWatch. `object_bytes`: of its object; 0: that is not looked at.
[[nodiscard]] std::unique_ptr<SteeringPolicy> watched_policy(std::unique_ptr<SteeringPolicy> policy,
                                                             std::size_t object_bytes, Stage& stage);

}  // namespace vqlab::order

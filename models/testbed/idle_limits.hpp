// Limits of disks that hold back nothing, because no job does what they limit.
#pragma once

#include <vector>

#include "models/testbed/idle_member.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// Members of the list `disks`.
[[nodiscard]] std::vector<IdleMember> idle_limits(const Testbed& testbed);

}  // namespace vqlab

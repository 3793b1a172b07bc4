// The closed network whose asymptotic bound no run of a testbed can leave.
#pragma once

#include "models/analytic/network.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// Stations and demands in ns: the main loop, all vCPUs as one station of many servers, the queue's lock if there is
// one queue, the workers and the memory bus, each with what no request can do without, on CPUs that have their cores
// for themselves; as think time what a request waits for in any case. What can be shared by several requests (polls,
// interrupts, kicks, wake-ups) counts for nothing. One class. Of hosts other than main loop and thread pool nothing is
// counted but the memory bus.
[[nodiscard]] analytic::ClosedNetwork bounding_network(const Testbed& testbed);

// Its asymptotic bound, in requests/s.
[[nodiscard]] double bound_on_iops(const Testbed& testbed);

}  // namespace vqlab

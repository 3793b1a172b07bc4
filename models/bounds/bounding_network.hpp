// The closed network whose asymptotic bound no run of a testbed can leave.
#pragma once

#include "models/testbed/testbed.hpp"

namespace vqlab {

// Requests/s that no run can exceed. Its stations are all vCPUs as one of many servers, the threads that serve queues,
// the workers, and the device behind the back end, each with what no request can do without, on CPUs that have their
// cores for themselves; as think time what a request waits for in any case. Beside them stand the queue's lock if there
// is one queue, the host lock of each device, the memory bus, the iterations of serving threads and the jobs' own pace.
// What several requests can share (polls, interrupts, kicks, wake-ups) counts for nothing, or as if all in flight
// shared it. Of a server whose HostServerKind tells no limit, threads and workers do not count.
[[nodiscard]] double bound_on_iops(const Testbed& testbed);

// Requests/s that no steering policy can exceed there, whatever it knows and whether it keeps order: the same network
// with a policy whose picks take no time, and with cores that threads share (shared_cores.hpp). Precondition: all
// targets run the same job.
[[nodiscard]] double bound_of_any_policy(const Testbed& testbed);

}  // namespace vqlab

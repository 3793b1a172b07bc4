// What the driver's code stands on in the simulator.
#pragma once

#include "models/base/access.hpp"
#include "sim/engine/sync.hpp"

namespace vqlab::sim {

struct Command;
class ScsiLayer;
class Vcpu;

// The driver is a template over its platform, so that the very same coroutines run in simulated time and under the
// explorer of interleavings. A platform names: the Access to shared words; the Lock, whose acquire() and release() are
// SpinLock's; the Cpu, with the members of Vcpu that the driver calls; the Command; and the MidLayer, whose done()
// takes commands back.
struct SimPlatform {
  using Access = PlainAccess;
  using Lock = SpinLock;
  using Cpu = Vcpu;
  using Command = sim::Command;
  using MidLayer = ScsiLayer;
};

}  // namespace vqlab::sim

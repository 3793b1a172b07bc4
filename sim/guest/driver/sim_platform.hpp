// What the driver's code stands on in the simulator.
#pragma once

#include "models/base/access.hpp"
#include "models/steering/policy_memory.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/sync.hpp"

namespace vqlab::sim {

struct Command;
class ScsiLayer;
class Vcpu;

// Words and clock of a policy.
class PlainPolicyMemory final : public AccessedMemory<PlainAccess> {
 public:
  explicit PlainPolicyMemory(const Calendar& calendar) : calendar_(calendar) {}
  Instant now() override { return calendar_.now(); }

 private:
  const Calendar& calendar_;
};

// The driver is a template over its platform, so that the very same coroutines run in simulated time and under the
// explorer of interleavings. A platform names: the Access to shared words; the Lock, whose acquire() and release() are
// SpinLock's; the PolicyMemory; the Cpu, with the members of Vcpu that the driver calls; the Command; and the MidLayer,
// whose done() takes commands back.
struct SimPlatform {
  using Access = PlainAccess;
  using Lock = SpinLock;
  using PolicyMemory = PlainPolicyMemory;
  using Cpu = Vcpu;
  using Command = sim::Command;
  using MidLayer = ScsiLayer;
};

}  // namespace vqlab::sim

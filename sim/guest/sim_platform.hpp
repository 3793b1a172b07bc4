// What the driver's code stands on in the simulator.
#pragma once

#include <memory>

#include "models/base/access.hpp"
#include "models/steering/policy.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/engine/sync.hpp"
#include "sim/guest/command.hpp"
#include "sim/guest/plain_policy_memory.hpp"
#include "sim/guest/vcpu.hpp"

namespace vqlab::sim {

// The SCSI mid-layer, as the driver calls it.
class MidLayer {
 public:
  virtual ~MidLayer() = default;
  // scsi_done: the driver has taken the command back, in its interrupt handler. The result is owed: what that has cost
  // this vCPU.
  [[nodiscard]] virtual Duration done(Vcpu& cpu, Command& command) = 0;
};

// The driver is a template over its platform, so that the very same coroutines run in simulated time and under the
// explorer of interleavings. A platform names: the Access to shared words; the Lock, whose acquire() and release() are
// SpinLock's; the PolicyMemory; the Cpu, with the members of Vcpu that the driver calls; the Command; and the MidLayer,
// whose done() takes commands back. What a testbed's policy is called through comes from watched().
struct SimPlatform {
  using Access = PlainAccess;
  using Lock = SpinLock;
  using PolicyMemory = PlainPolicyMemory;
  using Cpu = Vcpu;
  using Command = sim::Command;
  using MidLayer = sim::MidLayer;
  static constexpr bool kMerges = true;  // a Command may have others merged into it
  [[nodiscard]] static std::unique_ptr<SteeringPolicy> watched(std::unique_ptr<SteeringPolicy> policy, const Testbed&) {
    return policy;
  }
};

}  // namespace vqlab::sim

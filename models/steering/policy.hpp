// A steering policy: which request queue a command goes to. One file in policies/ is one policy.
#pragma once

#include <cstdint>
#include <memory>

#include "models/base/ids.hpp"
#include "models/base/registry.hpp"
#include "models/base/rng.hpp"
#include "models/base/units.hpp"
#include "models/steering/policy_memory.hpp"

namespace vqlab {

// What the driver promises about the order in which the device takes the commands of one submitter: none, the
// commands of one LUN, or those of one target.
enum class OrderPromise : std::uint8_t { kNone, kPerLun, kPerTarget };

// What a guest driver can know when it picks a queue. Read-only; valid during the call.
struct SteeringView {
  VcpuId submitter;            // vCPU that runs queue_command
  std::uint32_t vcpus_online;  // at least 1
  std::uint32_t queues;        // request queues of the device, at least 1
  TargetId target;
  LunId lun;
  std::uint32_t target_in_flight;  // commands of the target that are not completed, this one not counted
  QueueId target_queue;            // queue that the target's last command took; 0 before the first
  PolicyMemory& memory;            // and the time
};

// A command that pick() gave a queue to.
struct SteeredCommand {
  TargetId target;
  LunId lun;
  QueueId queue;
  PolicyMemory& memory;
};

// pick()'s answer "not now": the driver is busy, and the mid-layer tries again when a command comes back.
inline constexpr QueueId kHold{0xffffffff};

// Contract. One object serves one device. All calls depend on nothing but their arguments, the object's own state and
// its random stream, and allocate nothing. Different vCPUs call at the same time: what changes in the object lies in
// setup.words, and is read and written through `memory` alone. (A random stream for each vCPU may be a plain member.)
class SteeringPolicy {
 public:
  virtual ~SteeringPolicy() = default;

  // Called once for each command, with the lock held that the policy's entry names. A queue below view.queues, or
  // kHold while the target has commands in flight.
  [[nodiscard]] virtual QueueId pick(const SteeringView& view) = 0;
  // queue_command() is about to succeed: the command is in its ring, and the device has been kicked if it asked.
  virtual void submitted(const SteeredCommand&) {}
  // The command has been handed back to the mid-layer, or its add has failed.
  virtual void completed(const SteeredCommand&) {}
  // vCPUs have come or gone; the first `online` are left.
  virtual void vcpus_changed(std::uint32_t /*online*/) {}
};

// What pick() holds. With the target's lock, picks for one target never overlap.
enum class PickLock : std::uint8_t { kNone, kTarget };

// What a decision costs the submitting vCPU beside its instructions.
struct DecisionCost {
  PickLock lock = PickLock::kNone;
  std::uint32_t shared_lines = 0;     // cache lines, not the target's, that pick() touches and other vCPUs write
  std::uint32_t lines_per_queue = 0;  // such lines for each request queue

  [[nodiscard]] std::uint32_t lines(std::uint32_t queues) const noexcept {
    return shared_lines + lines_per_queue * queues;
  }
};

// What a policy may be sized by.
struct PolicySetup {
  std::uint32_t queues;           // at least 1
  std::uint32_t vcpus;            // that can be online; at least 1
  std::uint32_t targets;          // of the device; ids are below it
  std::uint32_t luns_per_target;  // ids are below it
  RandomStream random;            // the policy's own
  PolicyWords& words;             // for all state that changes
};

struct PolicyEntry {
  OrderPromise promise;
  DecisionCost cost;
  const char* help;
  const char* source;
  std::unique_ptr<SteeringPolicy> (*make)(const PolicySetup& setup);
};

// How a policy file registers itself: `const PolicyRegistration registered{"name", {...}};`
using PolicyRegistration = Registration<PolicyEntry>;

// For entries of policies that are constructed from a PolicySetup, or from nothing.
template <class Policy>
std::unique_ptr<SteeringPolicy> make_policy(const PolicySetup& setup) {
  if constexpr (std::is_constructible_v<Policy, const PolicySetup&>)
    return std::make_unique<Policy>(setup);
  else
    return std::make_unique<Policy>();
}

}  // namespace vqlab

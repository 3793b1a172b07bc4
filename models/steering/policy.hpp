// A steering policy: which request queue a command goes to. One file in policies/ is one policy.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "models/base/ids.hpp"
#include "models/base/part_params.hpp"
#include "models/base/registry.hpp"
#include "models/base/units.hpp"
#include "models/steering/clairvoyance.hpp"
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
  std::uint32_t target_in_flight;      // commands of the target that are not completed, this one not counted
  QueueId target_queue;                // queue that the target's last command took; 0 before the first
  PolicyMemory& memory;                // and the time, and the random stream
  const Clairvoyance* sees = nullptr;  // what a driver cannot know; told to clairvoyant policies, in simulations alone
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

// Contract. One object serves one device. Different vCPUs call it at the same time. So all that changes lies in
// setup.words, and is read and written through `memory` alone: the object itself stays as it was made, to the byte, and
// nothing is kept outside it (static, global, on the heap). What a call does depends on nothing but its arguments, what
// it reads through `memory`, and what the object was made of. Calls allocate nothing and throw nothing.
class SteeringPolicy {
 public:
  virtual ~SteeringPolicy() = default;

  // Called once for each command, with the lock held that the policy's entry names. A queue below view.queues, or
  // kHold while the target has commands in flight.
  [[nodiscard]] virtual QueueId pick(const SteeringView& view) const = 0;
  // queue_command() is about to succeed: the command is in its ring, and the device has been kicked if it asked.
  virtual void submitted(const SteeredCommand&) const {}
  // The command has been handed back to the mid-layer, or its add has failed.
  virtual void completed(const SteeredCommand&) const {}
  // vCPUs have come or gone; the first `online` are left.
  virtual void vcpus_changed(std::uint32_t /*online*/, PolicyMemory& /*memory*/) const {}
};

[[nodiscard]] constexpr bool pick_allowed(QueueId picked, const SteeringView& view) noexcept {
  return picked.value < view.queues || (picked == kHold && view.target_in_flight > 0);
}
// What is wrong with an answer of pick() that is not allowed; said of the policy's `name`, it ends the process
// (models/base/contract.hpp).
[[nodiscard]] std::string pick_fault(QueueId picked, const SteeringView& view);
[[noreturn]] void refuse_pick(QueueId picked, const SteeringView& view, const std::string& name) noexcept;

// What pick() answers, for those who act on it.
[[nodiscard]] inline QueueId checked_pick(const SteeringPolicy& policy, const SteeringView& view,
                                          const std::string& name) {
  const QueueId picked = policy.pick(view);
  if (!pick_allowed(picked, view)) [[unlikely]]
    refuse_pick(picked, view, name);
  return picked;
}

// What pick() holds. With the target's lock, picks for one target never overlap.
enum class PickLock : std::uint8_t { kNone, kTarget };

// What a decision costs the submitting vCPU beside its instructions.
struct DecisionCost {
  PickLock lock = PickLock::kNone;
  // At most so many cache lines that several vCPUs write does pick() touch. Not counted: with the target's lock, lines
  // that nothing but picks for this target touches.
  std::uint32_t shared_lines = 0;
  std::uint32_t lines_per_queue = 0;  // and so many for each request queue
  // And so many by the policy's own parameters; null: none. No more than one for each request queue.
  std::uint32_t (*lines_by_params)(const PartParams& params) = nullptr;

  [[nodiscard]] std::uint32_t lines(std::uint32_t queues, const PartParams& params) const {
    const std::uint32_t chosen = lines_by_params == nullptr ? 0 : std::min(lines_by_params(params), queues);
    return shared_lines + lines_per_queue * queues + chosen;
  }
};

// What a policy's object is made of. It keeps no reference to `params`: it copies what it needs.
struct PolicySetup {
  std::uint32_t queues;           // at least 1
  std::uint32_t vcpus;            // that can be online; at least 1
  std::uint32_t targets;          // of the device; ids are below it
  std::uint32_t luns_per_target;  // ids are below it
  // The ring of a queue has room for so many commands at least, however long they are; at least 1. A driver knows it
  // from the ring's size.
  std::uint32_t commands_per_queue;
  const PartParams& params;  // its own are params.get<S>(), if its file registers an S
  PolicyWords& words;        // for all state that changes
};

// Makes a policy's objects.
struct PolicyFactory {
  std::unique_ptr<SteeringPolicy> (*make)(const PolicySetup& setup);
  std::size_t object_bytes;  // of one

  [[nodiscard]] std::unique_ptr<SteeringPolicy> operator()(const PolicySetup& setup) const { return make(setup); }
};

struct PolicyEntry {
  OrderPromise promise;
  DecisionCost cost;
  const char* help;
  const char* source;
  PolicyFactory make;
  // A command always takes its submitter's queue: that of vCPU v is v modulo the number of queues.
  bool own_queue = false;
  // It wants to be told what no driver can know. Nobody can build it, so "all" policies leave it out.
  bool clairvoyant = false;
};

// How a policy file registers itself: `const PolicyRegistration registered{"name", {...}};`. Its parameters, if it has
// any, are a part's of the same name (models/base/part_params.hpp).
using PolicyRegistration = Registration<PolicyEntry>;

// For entries of policies that are constructed from a PolicySetup, or from nothing.
template <class Policy>
inline constexpr PolicyFactory make_policy{[](const PolicySetup& setup) -> std::unique_ptr<SteeringPolicy> {
                                             if constexpr (std::is_constructible_v<Policy, const PolicySetup&>)
                                               return std::make_unique<Policy>(setup);
                                             else
                                               return std::make_unique<Policy>();
                                           },
                                           sizeof(Policy)};

}  // namespace vqlab

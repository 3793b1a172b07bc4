// What the guest's driver does in a testbed: rules that the simulation and the arithmetic of means share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/command/driver_version.hpp"
#include "models/command/queue_map.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// For all of them: guest.driver and guest.policy are registered.

[[nodiscard]] const DriverVersion& driver_version(const Testbed& testbed);
// The policy that steers: built into the driver, or the scenario's.
[[nodiscard]] const PolicyEntry& steering_policy(const Testbed& testbed);
[[nodiscard]] std::string steering_policy_name(const Testbed& testbed);
// No driver could have this policy: see Clairvoyance. Precondition: it is registered.
[[nodiscard]] bool is_clairvoyant(const std::string& policy);
// The order of commands that driver and policy together promise.
[[nodiscard]] OrderPromise order_promise(const Testbed& testbed);
// Whether the processes of a LUN can want more requests than its request queue has.
[[nodiscard]] bool request_list_can_fill(const Testbed& testbed);

// Request queues of a device that the driver uses: not more than there are vCPUs that are not isolated, if any are, or
// if the driver stands on blk-mq.
[[nodiscard]] std::uint32_t queues_in_use(const Testbed& testbed);
// All virtqueues of a device have one interrupt vector: there are fewer than the driver wants.
[[nodiscard]] bool shares_vector(const Testbed& testbed);
// As many vectors as Linux needs for that.
inline constexpr std::int64_t kFewestVectors = 2;
// Virtqueues of a device that are no request queues: for control and for events. No request passes them.
inline constexpr std::uint32_t kOtherVirtqueues = 2;
// blk-mq's map from vCPUs to queues.
[[nodiscard]] QueueMap queue_map(const Testbed& testbed);

// The most descriptors that one command takes in its ring.
[[nodiscard]] std::uint32_t most_descriptors(const Testbed& testbed);
// The driver can have to refuse a command: of those in flight not all find room in a ring, or in its pool.
[[nodiscard]] bool adds_can_fail(const Testbed& testbed);
// A command can wait: for room on a LUN, an HBA or a ring, or for a tag. Whoever makes room hands over what waits.
[[nodiscard]] bool commands_can_wait(const Testbed& testbed);

// Whether each vCPU always submits to a queue that is its own and takes that queue's interrupts: no other vCPU touches
// the queue.
[[nodiscard]] bool own_interrupts(const Testbed& testbed);

// How the driver uses the lock of a command's target.
enum class TargetLock : std::uint8_t {
  kNone,
  kToPick,      // while the queue is picked
  kUntilAdded,  // and until the command is in the ring, since it is linearised into the target's table
};

struct SubmissionRules {
  BufferApi buffer_api;
  TargetLock target_lock;
  bool counts_requests;          // those of each target that are in flight: under the target's lock, if it is taken
  std::uint32_t decision_lines;  // cache lines that several vCPUs write, to pick a queue
  bool single_lock;              // the queue's lock is held while a command is linearised, added and kicked for
  bool notifies_in_lock;         // the doorbell is rung under the queue's lock

  [[nodiscard]] bool decides_under_lock() const noexcept { return counts_requests && target_lock != TargetLock::kNone; }
  [[nodiscard]] bool linearises() const noexcept { return buffer_api == BufferApi::kAddBuf; }
};
[[nodiscard]] SubmissionRules submission_rules(const Testbed& testbed);

// The object that steers one device's commands. Null: there is one queue, and nothing to decide.
[[nodiscard]] std::unique_ptr<SteeringPolicy> make_steering(const Testbed& testbed, PolicyWords& words);

// Of a job with `sync`: flushes that its kernel sends behind each write. One comes with the write, or is its FUA; a
// call that waits for its write sends another one since blk-mq.
[[nodiscard]] std::uint32_t flushes_behind_write(const Testbed& testbed, const FioJob& job);

}  // namespace vqlab

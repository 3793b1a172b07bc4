// Versions of the guest's virtio-scsi driver, as a scenario names them (guest.driver). One file in drivers/ is one
// version: what tells it from the others is data, so that whoever needs to know looks at its entry, not at its name.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/registry.hpp"
#include "models/command/buffer_api.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {

struct DriverVersion {
  const char* help;
  const char* source;  // of what the entry says
  // The most that it keeps of the order in which commands come, whatever its steering would keep.
  OrderPromise promise;
  // The only API that it adds buffers by. None: each, as guest.buffer_api says.
  std::optional<BufferApi> buffer_api;
  // The steering policy that is built in: a scenario with this version names no other. Null: guest.policy names it.
  const char* policy;
  std::uint32_t most_queues;  // request queues of a device that it can use; 0: any number
  // The mid-layer counts the commands in flight under the host's lock; else by atomic operations.
  bool host_lock;
  // One lock for everything: the queue's is held while a command is linearised, added and kicked for. Precondition:
  // one queue and BufferApi::kAddBuf, whose table the lock protects.
  bool single_lock = false;
  // It stands on blk-mq: a request goes to the queue of its vCPU (QueueMap), and takes one of that queue's tags first.
  // Precondition: policy "per_vcpu", which says so.
  bool tags;
  // The kernel binds each queue's interrupt to the queue's first vCPU. Else the driver gives hints, which somebody may
  // apply.
  bool managed_interrupts;
  // Rings the doorbell once for a batch (commit_rqs). Precondition: tags, so that all of it goes to one queue.
  bool batches;

  // Picks queues itself, and counts for that the commands that each target has in flight.
  [[nodiscard]] bool steers() const noexcept { return !tags && most_queues != 1; }
};

// How the version's traits contradict each other; null: they agree.
[[nodiscard]] const char* contradiction_in(const DriverVersion& version);

// `const DriverRegistration registered{"name", {...}};` in the version's own file.
using DriverRegistration = Registration<DriverVersion>;

}  // namespace vqlab

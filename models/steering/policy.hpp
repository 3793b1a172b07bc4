// A steering policy: which request queue a command goes to. One file in policies/ is one policy.
#pragma once

#include <cstdint>
#include <memory>

#include "models/base/ids.hpp"
#include "models/base/registry.hpp"
#include "models/base/rng.hpp"
#include "models/base/units.hpp"

namespace vqlab {

// What the driver promises about the order in which the device takes the commands of one submitter: none, the
// commands of one LUN, or those of one target.
enum class OrderPromise : std::uint8_t { kNone, kPerLun, kPerTarget };

// What a guest driver can know when it picks a queue. Read-only; valid during the call.
struct SteeringView {
  Instant now;
  VcpuId submitter;            // vCPU that runs queue_command
  std::uint32_t vcpus_online;  // at least 1
  std::uint32_t queues;        // request queues of the device, at least 1
  TargetId target;
  LunId lun;
  std::uint32_t target_in_flight;  // commands of the target that are not completed, this one not counted
  QueueId target_queue;            // queue that the target's last command took; 0 before the first
};

// Contract. One object serves one device. pick() is called once for each command, under the target's lock, so calls for
// one target never overlap; it returns a queue below view.queues, allocates nothing, and depends on nothing but the
// view, its own state and its random stream.
class SteeringPolicy {
 public:
  virtual ~SteeringPolicy() = default;
  [[nodiscard]] virtual QueueId pick(const SteeringView& view) = 0;
};

struct PolicyEntry {
  OrderPromise promise;
  const char* help;
  const char* source;
  std::unique_ptr<SteeringPolicy> (*make)(RandomStream random);
};

// How a policy file registers itself: `const PolicyRegistration registered{"name", {...}};`
using PolicyRegistration = Registration<PolicyEntry>;

}  // namespace vqlab

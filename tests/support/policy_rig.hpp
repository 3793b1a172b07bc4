// A policy on its own, fed with commands as a driver would.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "models/steering/policy.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/guest/sim_platform.hpp"

namespace vqlab::test {

struct PolicyRigSizes {
  std::uint32_t queues = 4;
  std::uint32_t vcpus = 4;
  std::uint32_t targets = 1;
  std::uint32_t luns_per_target = 1;
  std::uint64_t seed = 1;
};

class PolicyRig {
 public:
  PolicyRig(const std::string& policy, const PolicyRigSizes& sizes)
      : online_(sizes.vcpus),
        queues_(sizes.queues),
        memory_(calendar_),
        policy_(Registry<PolicyEntry>::instance().find(policy)->make({.queues = sizes.queues,
                                                                      .vcpus = sizes.vcpus,
                                                                      .targets = sizes.targets,
                                                                      .luns_per_target = sizes.luns_per_target,
                                                                      .random = RandomStream(sizes.seed, "policy/0"),
                                                                      .words = words_})) {}

  // A command is queued; it is in flight from now on, unless it is held.
  QueueId pick(VcpuId submitter, TargetId target, LunId lun = LunId(0)) {
    auto& [in_flight, last] = targets_[target];
    const QueueId queue = policy_->pick({.submitter = submitter,
                                         .vcpus_online = online_,
                                         .queues = queues_,
                                         .target = target,
                                         .lun = lun,
                                         .target_in_flight = in_flight,
                                         .target_queue = last,
                                         .memory = memory_});
    if (queue == kHold) return queue;
    ++in_flight;
    last = queue;
    policy_->submitted({target, lun, queue, memory_});
    return queue;
  }
  // A command that took this queue comes back.
  void complete(QueueId queue, TargetId target, LunId lun = LunId(0)) {
    --targets_[target].first;
    policy_->completed({target, lun, queue, memory_});
  }
  // vCPUs leave or join; the first `online` are left.
  void set_online(std::uint32_t online) {
    online_ = online;
    policy_->vcpus_changed(online);
  }
  void pass(Duration time) { calendar_.run_until(calendar_.now() + time); }

 private:
  std::uint32_t online_;
  std::uint32_t queues_;
  sim::Calendar calendar_;
  sim::PlainPolicyMemory memory_;
  PolicyWords words_;
  std::unique_ptr<SteeringPolicy> policy_;
  std::map<TargetId, std::pair<std::uint32_t, QueueId>> targets_;  // commands in flight, queue of the last one
};

}  // namespace vqlab::test

#include "models/steering/policy.hpp"

#include "models/base/contract.hpp"

namespace vqlab {

std::string pick_fault(QueueId picked, const SteeringView& view) {
  if (picked == kHold) return "pick() holds a command while nothing of its target is in flight: nobody would try again";
  return "pick() returned queue " + std::to_string(picked.value) + "; it returns a queue below view.queues, which is " +
         std::to_string(view.queues) + ", or kHold while the target has commands in flight";
}

void refuse_pick(QueueId picked, const SteeringView& view, const std::string& name) noexcept {
  contract_broken("policy " + name, pick_fault(picked, view));
}

}  // namespace vqlab

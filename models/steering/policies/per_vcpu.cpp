#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// Always the submitter's queue: what blk-mq does. A process that migrates can have its commands reordered.
class PerVcpu final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override { return QueueId(view.submitter.value % view.queues); }
};

const PolicyRegistration registered{
    "per_vcpu",
    {.promise = OrderPromise::kNone,
     .cost = {},
     .help = "Always the queue of the submitting vCPU; order is not kept when a process migrates.",
     .source = "blk-mq, Linux 3.13",
     .make = make_policy<PerVcpu>,
     .own_queue = true}};

}  // namespace
}  // namespace vqlab

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// A busy target stays where it is, so that its commands are never reordered; an idle one follows its submitter.
class TargetSticky final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    if (view.target_in_flight > 0) return view.target_queue;
    return QueueId(view.submitter.value % view.queues);
  }
};

const PolicyRegistration registered{
    "target_sticky",
    {.promise = OrderPromise::kPerTarget,
     .cost = {.lock = PickLock::kTarget},
     .help =
         "The series' algorithm: a target keeps its queue while it has requests in flight, else it takes that of the "
         "submitting vCPU.",
     .source = "virtio-scsi multiqueue series, December 2012",
     .make = make_policy<TargetSticky>}};

}  // namespace
}  // namespace vqlab

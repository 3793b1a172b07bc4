#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// Target modulo queues. A target never moves, so nothing needs to be counted.
class StaticTarget final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override { return QueueId(view.target.value % view.queues); }
};

const PolicyRegistration registered{
    "static_target",
    {.promise = OrderPromise::kPerTarget,
     .cost = {},
     .help = "Each target always has the same queue: its number modulo the number of queues.",
     .source = "our own; the simplest rule that keeps order",
     .make = make_policy<StaticTarget>}};

}  // namespace
}  // namespace vqlab

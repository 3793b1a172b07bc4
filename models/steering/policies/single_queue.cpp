#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// Queue 0, however many there are.
class SingleQueue final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView&) const override { return QueueId(0); }
};

const PolicyRegistration registered{"single_queue",
                                    {.promise = OrderPromise::kPerTarget,
                                     .cost = {},
                                     .help = "Always queue 0, as with the driver before the series.",
                                     .source = "Linux 3.6",
                                     .make = make_policy<SingleQueue>}};

}  // namespace
}  // namespace vqlab

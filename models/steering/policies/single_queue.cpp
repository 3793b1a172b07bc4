#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// Queue 0, however many there are.
class SingleQueue final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView&) override { return QueueId(0); }
};

const PolicyRegistration registered{
    "single_queue",
    {OrderPromise::kPerTarget, "Always queue 0, as the driver before the series.", "Linux 3.6",
     [](RandomStream) -> std::unique_ptr<SteeringPolicy> { return std::make_unique<SingleQueue>(); }}};

}  // namespace
}  // namespace vqlab

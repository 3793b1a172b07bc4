#include "models/steering/least_loss.hpp"

namespace vqlab {
namespace {

// A target moves as soon as the device has taken all its commands: what comes later cannot overtake them. A driver
// would have to wait until they have come back, since it does not see what is taken.
class ClairvoyantInOrder final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    const bool stays = view.sees == nullptr ? view.target_in_flight > 0 : view.sees->waits(view.target);
    return stays ? view.target_queue : queue_of_least_loss(view);
  }
};

const PolicyRegistration registered{
    "clairvoyant_in_order",
    {.promise = OrderPromise::kPerTarget,
     .cost = {.lock = PickLock::kTarget},
     .help = "As clairvoyant, but a target stays on its queue until the device has taken all its commands.",
     .source = "our own; to hold others against, nobody can build it",
     .make = make_policy<ClairvoyantInOrder>,
     .clairvoyant = true}};

}  // namespace
}  // namespace vqlab

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// Each command of the device takes the next queue, whatever its target and submitter: the most even spread that there
// is, and no order at all.
class RoundRobin final : public SteeringPolicy {
 public:
  explicit RoundRobin(const PolicySetup& setup) : picks_(setup.words.make<PolicyWord>(1)[0]) {}

  QueueId pick(const SteeringView& view) const override { return QueueId(view.memory.add(picks_, 1) % view.queues); }

 private:
  PolicyWord& picks_;
};

const PolicyRegistration registered{"round_robin",
                                    {.promise = OrderPromise::kNone,
                                     .cost = {.shared_lines = 1},
                                     .help = "Each command takes the next queue; one counter for the whole device.",
                                     .source = "our own; the classical dispatcher",
                                     .make = make_policy<RoundRobin>}};

}  // namespace
}  // namespace vqlab

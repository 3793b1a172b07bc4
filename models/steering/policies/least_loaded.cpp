#include <span>

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// A busy target stays, which keeps its order; an idle one takes the queue with the fewest commands in flight, its
// submitter's first among equals. Counts of queues are read one after the other, so under concurrency the fewest is a
// guess; the order does not depend on it.
class LeastLoaded final : public SteeringPolicy {
 public:
  explicit LeastLoaded(const PolicySetup& setup) : in_flight_(setup.words.make<LineWord>(setup.queues)) {}

  QueueId pick(const SteeringView& view) const override {
    const QueueId queue = view.target_in_flight > 0 ? view.target_queue : least_loaded(view);
    (void)view.memory.add(in_flight_[queue.index()].value, 1);
    return queue;
  }

  void completed(const SteeredCommand& command) const override {
    (void)command.memory.add(in_flight_[command.queue.index()].value, ~0u);
  }

 private:
  [[nodiscard]] QueueId least_loaded(const SteeringView& view) const {
    std::uint32_t best = view.submitter.value % view.queues;
    std::uint32_t fewest = view.memory.load(in_flight_[best].value);
    for (std::uint32_t queue = 0; queue < view.queues && fewest > 0; ++queue) {
      const std::uint32_t in_flight = view.memory.load(in_flight_[queue].value);
      if (in_flight >= fewest) continue;
      best = queue;
      fewest = in_flight;
    }
    return QueueId(best);
  }

  std::span<LineWord> in_flight_;  // commands, by queue
};

const PolicyRegistration registered{
    "least_loaded",
    {.promise = OrderPromise::kPerTarget,
     .cost = {.lock = PickLock::kTarget, .lines_per_queue = 1},
     .help = "A busy target stays; an idle one takes the queue with the fewest commands in flight.",
     .source = "our own; join the shortest queue",
     .make = make_policy<LeastLoaded>}};

}  // namespace
}  // namespace vqlab

#include <span>

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

struct LeastLoadedParams {
  std::uint32_t margin = 1;
  friend bool operator==(const LeastLoadedParams&, const LeastLoadedParams&) = default;
};

const ParamTable& params_of(const LeastLoadedParams*) {
  static const ParamTable table{
      "least_loaded",
      "When an idle target leaves its submitter's queue.",
      {integer("margin", &LeastLoadedParams::margin, {1, 1024}, "commands",
               "An idle target leaves its submitter's queue for one with at least so many commands fewer in flight.")}};
  return table;
}

const PartParamsRegistration<LeastLoadedParams> params;

// A busy target stays, which keeps its order; an idle one takes the queue with the fewest commands in flight, its
// submitter's first among equals. Counts of queues are read one after the other, so under concurrency the fewest is a
// guess; the order does not depend on it.
class LeastLoaded final : public SteeringPolicy {
 public:
  explicit LeastLoaded(const PolicySetup& setup)
      : margin_(setup.params.get<LeastLoadedParams>().margin), in_flight_(setup.words.make<LineWord>(setup.queues)) {}

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
    const std::uint32_t own = view.submitter.value % view.queues;
    const std::uint32_t own_load = view.memory.load(in_flight_[own].value);
    std::uint32_t best = own;
    std::uint32_t fewest = own_load;
    for (std::uint32_t queue = 0; queue < view.queues && fewest > 0; ++queue) {
      const std::uint32_t in_flight = view.memory.load(in_flight_[queue].value);
      if (in_flight >= fewest) continue;
      best = queue;
      fewest = in_flight;
    }
    return QueueId(own_load - fewest >= margin_ ? best : own);
  }

  std::uint32_t margin_;
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

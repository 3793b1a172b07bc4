#include <algorithm>
#include <span>

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

struct OverflowParams {
  std::uint32_t limit = 0;
  std::uint32_t looks = 2;
  friend bool operator==(const OverflowParams&, const OverflowParams&) = default;
};

const ParamTable& params_of(const OverflowParams*) {
  static const ParamTable table{
      "overflow",
      "When a queue is full, and how many others are looked at then.",
      {integer(
           "limit", &OverflowParams::limit, {0, 1 << 15}, "commands",
           "A queue with so many commands in flight is full. 0: as many as its ring has room for, whatever they are."),
       integer("looks", &OverflowParams::looks, {1, 64}, "queues",
               "Queues that are looked at, the submitter's first. If all of them are full it is the submitter's.")}};
  return table;
}

const PartParamsRegistration<OverflowParams> params;

// A busy target stays, which keeps its order; an idle one takes its submitter's queue, or, if that is full, the next.
// How many commands a ring takes, the driver knows from its size and from the longest command; how many are in flight,
// it counts. Under concurrency a count is a guess: then the ring refuses the command, as it does for every policy.
class Overflow final : public SteeringPolicy {
 public:
  explicit Overflow(const PolicySetup& setup)
      : limit_(limit_of(setup)),
        looks_(std::min(setup.params.get<OverflowParams>().looks, setup.queues)),
        in_flight_(setup.words.make<LineWord>(setup.queues)) {}

  QueueId pick(const SteeringView& view) const override {
    const QueueId queue = view.target_in_flight > 0 ? view.target_queue : first_with_room(view);
    (void)view.memory.add(in_flight_[queue.index()].value, 1);
    return queue;
  }

  void completed(const SteeredCommand& command) const override {
    (void)command.memory.add(in_flight_[command.queue.index()].value, ~0u);
  }

 private:
  [[nodiscard]] static std::uint32_t limit_of(const PolicySetup& setup) {
    const std::uint32_t chosen = setup.params.get<OverflowParams>().limit;
    return chosen > 0 ? chosen : setup.commands_per_queue;
  }

  [[nodiscard]] QueueId first_with_room(const SteeringView& view) const {
    const std::uint32_t own = view.submitter.value % view.queues;
    for (std::uint32_t i = 0; i < looks_; ++i) {
      const std::uint32_t queue = (own + i) % view.queues;
      if (view.memory.load(in_flight_[queue].value) < limit_) return QueueId(queue);
    }
    return QueueId(own);
  }

  std::uint32_t limit_;
  std::uint32_t looks_;
  std::span<LineWord> in_flight_;  // commands, by queue
};

const PolicyRegistration registered{
    "overflow",
    {.promise = OrderPromise::kPerTarget,
     .cost = {.lock = PickLock::kTarget,
              .lines_by_params = [](const PartParams& all) { return all.get<OverflowParams>().looks; }},
     .help = "A busy target stays; an idle one takes the submitting vCPU's queue, or the next one if that is full.",
     .source = "our own",
     .make = make_policy<Overflow>}};

}  // namespace
}  // namespace vqlab

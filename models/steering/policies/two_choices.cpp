#include <span>

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// A busy target stays, which keeps its order; an idle one takes the emptier of two queues drawn at random. Nearly as
// even as looking at them all, for two cache lines.
class TwoChoices final : public SteeringPolicy {
 public:
  explicit TwoChoices(const PolicySetup& setup) : in_flight_(setup.words.make<LineWord>(setup.queues)) {}

  QueueId pick(const SteeringView& view) const override {
    const QueueId queue = view.target_in_flight > 0 ? view.target_queue : better_of_two(view);
    (void)view.memory.add(in_flight_[queue.index()].value, 1);
    return queue;
  }

  void completed(const SteeredCommand& command) const override {
    (void)command.memory.add(in_flight_[command.queue.index()].value, ~0u);
  }

 private:
  [[nodiscard]] QueueId better_of_two(const SteeringView& view) const {
    if (view.queues == 1) return QueueId(0);
    const std::uint32_t bits = view.memory.draw(view.submitter);
    const std::uint32_t one = below(view.queues, bits);
    std::uint32_t other = below(view.queues - 1, bits << 16);
    if (other >= one) ++other;
    return QueueId(load_of(one, view) <= load_of(other, view) ? one : other);
  }

  [[nodiscard]] std::uint32_t load_of(std::uint32_t queue, const SteeringView& view) const {
    return view.memory.load(in_flight_[queue].value);
  }

  std::span<LineWord> in_flight_;  // commands, by queue
};

const PolicyRegistration registered{
    "two_choices",
    {.promise = OrderPromise::kPerTarget,
     .cost = {.lock = PickLock::kTarget, .shared_lines = 2},
     .help = "A busy target stays; an idle one takes the emptier of two queues drawn at random.",
     .source = "Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12(10), 2001",
     .make = make_policy<TwoChoices>}};

}  // namespace
}  // namespace vqlab

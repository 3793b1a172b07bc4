#include <span>
#include <vector>

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// A busy target stays, which keeps its order; an idle one takes the emptier of two queues drawn at random. Nearly as
// even as looking at them all, for two cache lines. Each vCPU draws from a part of its own of the policy's stream, so
// that its draws do not depend on what the others do.
class TwoChoices final : public SteeringPolicy {
 public:
  explicit TwoChoices(const PolicySetup& setup)
      : in_flight_(setup.words.make<LineWord>(setup.queues)), draws_(setup.vcpus, Draws{setup.random}) {}

  QueueId pick(const SteeringView& view) override {
    const QueueId queue = view.target_in_flight > 0 ? view.target_queue : better_of_two(view);
    (void)view.memory.add(in_flight_[queue.index()].value, 1);
    return queue;
  }

  void completed(const SteeredCommand& command) override {
    (void)command.memory.add(in_flight_[command.queue.index()].value, ~0u);
  }

 private:
  struct alignas(kCacheLineBytes) Draws {
    RandomStream random;
    std::uint64_t drawn = 0;
  };

  [[nodiscard]] QueueId better_of_two(const SteeringView& view) {
    if (view.queues == 1) return QueueId(0);
    Draws& draws = draws_[view.submitter.index()];
    const std::uint32_t bits = draws.random.at(std::uint64_t{view.submitter.value} << 32 | draws.drawn++);
    const std::uint32_t one = below(view.queues, bits);
    std::uint32_t other = below(view.queues - 1, bits << 16);
    if (other >= one) ++other;
    return QueueId(load_of(one, view) <= load_of(other, view) ? one : other);
  }

  [[nodiscard]] std::uint32_t load_of(std::uint32_t queue, const SteeringView& view) const {
    return view.memory.load(in_flight_[queue].value);
  }

  std::span<LineWord> in_flight_;  // commands, by queue
  std::vector<Draws> draws_;       // by vCPU
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

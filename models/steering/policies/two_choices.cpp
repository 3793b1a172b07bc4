#include <algorithm>
#include <array>
#include <span>

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

struct TwoChoicesParams {
  std::uint32_t choices = 2;
  friend bool operator==(const TwoChoicesParams&, const TwoChoicesParams&) = default;
};

constexpr std::uint32_t kMostChoices = 16;

const ParamTable& params_of(const TwoChoicesParams*) {
  static const ParamTable table{
      "two_choices",
      "Among how many queues an idle target chooses.",
      {integer(
          "choices", &TwoChoicesParams::choices, {1, kMostChoices}, "queues",
          "An idle target takes the emptiest of so many queues drawn at random, or of all if there are no more.")}};
  return table;
}

const PartParamsRegistration<TwoChoicesParams> params;

// A busy target stays, which keeps its order; an idle one takes the emptier of two queues drawn at random. Nearly as
// even as looking at them all, for two cache lines.
class TwoChoices final : public SteeringPolicy {
 public:
  explicit TwoChoices(const PolicySetup& setup)
      : choices_(setup.params.get<TwoChoicesParams>().choices), in_flight_(setup.words.make<LineWord>(setup.queues)) {}

  QueueId pick(const SteeringView& view) const override {
    const QueueId queue = view.target_in_flight > 0 ? view.target_queue : best_of_some(view);
    (void)view.memory.add(in_flight_[queue.index()].value, 1);
    return queue;
  }

  void completed(const SteeredCommand& command) const override {
    (void)command.memory.add(in_flight_[command.queue.index()].value, ~0u);
  }

 private:
  // The first of those with the fewest commands in flight.
  [[nodiscard]] QueueId best_of_some(const SteeringView& view) const {
    if (view.queues == 1) return QueueId(0);
    std::array<std::uint32_t, kMostChoices> drawn{};  // in rising order
    std::uint32_t best = 0;
    std::uint32_t fewest = ~0u;
    std::uint32_t bits = 0;
    for (std::uint32_t count = 0; count < std::min(choices_, view.queues); ++count) {
      // For so few queues the upper 16 bits are enough, so one draw is good for two.
      bits = count % 2 == 0 ? view.memory.draw(view.submitter) : bits << 16;
      std::uint32_t queue = below(view.queues - count, bits);
      // The queue-th of those that have not been drawn.
      std::uint32_t place = 0;
      for (; place < count && drawn[place] <= queue; ++place) ++queue;
      for (std::uint32_t i = count; i > place; --i) drawn[i] = drawn[i - 1];
      drawn[place] = queue;
      if (const std::uint32_t load = load_of(queue, view); load < fewest) {
        best = queue;
        fewest = load;
      }
    }
    return QueueId(best);
  }

  [[nodiscard]] std::uint32_t load_of(std::uint32_t queue, const SteeringView& view) const {
    return view.memory.load(in_flight_[queue].value);
  }

  std::uint32_t choices_;
  std::span<LineWord> in_flight_;  // commands, by queue
};

const PolicyRegistration registered{
    "two_choices",
    {.promise = OrderPromise::kPerTarget,
     .cost = {.lock = PickLock::kTarget,
              .lines_by_params = [](const PartParams& all) { return all.get<TwoChoicesParams>().choices; }},
     .help = "A busy target stays; an idle one takes the emptier of two queues drawn at random.",
     .source = "Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12(10), 2001",
     .make = make_policy<TwoChoices>}};

}  // namespace
}  // namespace vqlab

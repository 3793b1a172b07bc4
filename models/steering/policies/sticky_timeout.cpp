#include <span>

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

struct StickyTimeoutParams {
  // A scheduler tick at HZ=1000. What has put a process elsewhere for less than that was a wake-up, not load balancing,
  // and the process is expected back.
  double idle_us = 1000;
  friend bool operator==(const StickyTimeoutParams&, const StickyTimeoutParams&) = default;
};

const ParamTable& params_of(const StickyTimeoutParams*) {
  static const ParamTable table{"sticky_timeout",
                                "How long a target keeps its queue.",
                                {number("idle_us", &StickyTimeoutParams::idle_us, {0, 1e6}, "us",
                                        "An idle target keeps its queue for so long, to within about a microsecond.")}};
  return table;
}

const PartParamsRegistration<StickyTimeoutParams> params;

// Stickier than the series: an idle target still keeps its queue, until nothing of it has come back for a while.
class StickyTimeout final : public SteeringPolicy {
 public:
  explicit StickyTimeout(const PolicySetup& setup)
      : idle_ticks_(static_cast<std::uint32_t>(
            static_cast<std::int64_t>(setup.params.get<StickyTimeoutParams>().idle_us * 1000) >> kTickShift)),
        last_back_(setup.words.make<LineWord>(setup.targets)) {}

  QueueId pick(const SteeringView& view) const override {
    if (view.target_in_flight > 0) return view.target_queue;
    const std::uint32_t last_back = view.memory.load(last_back_[view.target.index()].value);
    if (last_back != kNever && stamp(view.memory.now()) - last_back < idle_ticks_) return view.target_queue;
    return QueueId(view.submitter.value % view.queues);
  }

  void completed(const SteeredCommand& command) const override {
    command.memory.store(last_back_[command.target.index()].value, stamp(command.memory.now()));
  }

 private:
  static constexpr std::uint32_t kNever = 0;
  static constexpr std::uint32_t kTickShift = 10;

  // Time in ticks of 1024 ns, never kNever. It wraps after 73 minutes, and costs a target that was idle for just that
  // long one pick.
  static std::uint32_t stamp(Instant now) {
    const auto ticks = static_cast<std::uint32_t>(now.time_since_epoch().count() >> kTickShift);
    return ticks == kNever ? 1 : ticks;
  }

  std::uint32_t idle_ticks_;
  std::span<LineWord> last_back_;  // when a command came back last, by target
};

const PolicyRegistration registered{
    "sticky_timeout",
    {.promise = OrderPromise::kPerTarget,
     .cost = {.lock = PickLock::kTarget, .shared_lines = 1},
     .help = "A target keeps its queue until it has been idle for a while (1 ms), then it takes that of the submitting "
             "vCPU.",
     .source = "our own",
     .make = make_policy<StickyTimeout>}};

}  // namespace
}  // namespace vqlab

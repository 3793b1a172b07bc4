#include "models/steering/follow_submitter.hpp"

namespace vqlab {
namespace {

struct AdaptiveParams {
  std::uint32_t row = 8;  // as in submitter_follow
  double vcpus_per_queue = 2;
  friend bool operator==(const AdaptiveParams&, const AdaptiveParams&) = default;
};

const ParamTable& params_of(const AdaptiveParams*) {
  static const ParamTable table{
      "adaptive",
      "When which rule is followed.",
      {integer("row", &AdaptiveParams::row, {0, kLongestRow}, "commands",
               "With a queue for each vCPU, a busy target is drained after so many commands in a row from one vCPU of "
               "another queue."),
       number("vcpus_per_queue", &AdaptiveParams::vcpus_per_queue, {1, 256}, "vCPUs",
              "From so many vCPUs for each queue on, targets are dealt out evenly.")}};
  return table;
}

const PartParamsRegistration<AdaptiveParams> params;

// What following the submitter wins depends on how queues and vCPUs stand to each other, so that decides the rule.
//
// - As many queues as vCPUs: the driver hints queue n's interrupt to vCPU n, and a command that is submitted elsewhere
//   costs an IPI. Targets follow their submitters, busy ones by draining.
// - At most half as many: there are no hints, so no queue is near to anyone, and each is shared by several vCPUs
//   whatever is done. The submitters' numbers modulo the queues then say nothing about the load, and several busy
//   targets meet on one queue while another is empty. Targets are dealt out evenly instead.
// - Between, and with more queues than vCPUs: the series' rule. Most vCPUs have a queue to themselves, and nobody else
//   moves its cache lines.
//
// vCPUs that come and go change the rule for a target when it is idle next; until then it stays.
class Adaptive final : public SteeringPolicy {
 public:
  explicit Adaptive(const PolicySetup& setup)
      : vcpus_per_queue_(setup.params.get<AdaptiveParams>().vcpus_per_queue),
        follow_(setup, setup.params.get<AdaptiveParams>().row) {}

  QueueId pick(const SteeringView& view) const override {
    if (view.queues == view.vcpus_online) return follow_.pick(view);
    if (view.target_in_flight > 0) return view.target_queue;
    const bool queues_are_few = vcpus_per_queue_ * view.queues <= view.vcpus_online;
    return QueueId((queues_are_few ? view.target.value : view.submitter.value) % view.queues);
  }

 private:
  double vcpus_per_queue_;
  FollowSubmitter follow_;
};

const PolicyRegistration registered{
    "adaptive",
    {.promise = OrderPromise::kPerTarget,
     .cost = {.lock = PickLock::kTarget},
     .help =
         "A queue for each vCPU: as submitter_follow; at most half as many: as static_target; else as target_sticky.",
     .source = "our own",
     .make = make_policy<Adaptive>}};

}  // namespace
}  // namespace vqlab

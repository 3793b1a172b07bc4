#include "models/steering/follow_submitter.hpp"

namespace vqlab {
namespace {

struct SubmitterFollowParams {
  // A drain idles the target for about a round trip. A row twice as long as the letter's iodepth is no accident of one
  // burst: its process runs elsewhere now, or does most of the target's work.
  std::uint32_t row = 8;
  friend bool operator==(const SubmitterFollowParams&, const SubmitterFollowParams&) = default;
};

const ParamTable& params_of(const SubmitterFollowParams*) {
  static const ParamTable table{
      "submitter_follow",
      "When a busy target follows.",
      {integer("row", &SubmitterFollowParams::row, {0, kLongestRow}, "commands",
               "A busy target is drained after so many commands in a row from one vCPU of another queue.")}};
  return table;
}

const PartParamsRegistration<SubmitterFollowParams> params;

// A busy target follows its submitter too, by draining.
class SubmitterFollow final : public SteeringPolicy {
 public:
  explicit SubmitterFollow(const PolicySetup& setup) : follow_(setup, setup.params.get<SubmitterFollowParams>().row) {}

  QueueId pick(const SteeringView& view) const override { return follow_.pick(view); }

 private:
  FollowSubmitter follow_;
};

const PolicyRegistration registered{
    "submitter_follow",
    {.promise = OrderPromise::kPerTarget,
     .cost = {.lock = PickLock::kTarget},
     .help =
         "As target_sticky; a busy target that another vCPU takes over (8 commands in a row) is drained, and follows.",
     .source = "our own",
     .make = make_policy<SubmitterFollow>}};

}  // namespace
}  // namespace vqlab

#include "models/steering/follow_submitter.hpp"

namespace vqlab {
namespace {

// A drain idles the target for about a round trip. A row twice as long as the letter's iodepth is no accident of one
// burst: its process runs elsewhere now, or does most of the target's work.
constexpr std::uint32_t kRow = 8;

// A busy target follows its submitter too, by draining.
class SubmitterFollow final : public SteeringPolicy {
 public:
  explicit SubmitterFollow(const PolicySetup& setup) : follow_(setup, kRow) {}

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

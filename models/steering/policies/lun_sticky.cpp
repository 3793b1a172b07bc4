#include <span>

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// The series' rule for each logical unit: a busy unit stays, an idle one follows its submitter, whatever the other
// units of its target do.
class LunSticky final : public SteeringPolicy {
 public:
  explicit LunSticky(const PolicySetup& setup)
      : luns_per_target_(setup.luns_per_target),
        luns_(setup.words.make<Words>(std::size_t{setup.targets} * setup.luns_per_target)) {}

  QueueId pick(const SteeringView& view) const override {
    Words& lun = words_of(view.target, view.lun);
    if (view.memory.add(lun.reqs, 1) > 1) return QueueId(view.memory.load(lun.queue));
    const QueueId queue(view.submitter.value % view.queues);
    view.memory.store(lun.queue, queue.value);
    return queue;
  }

  void completed(const SteeredCommand& command) const override {
    (void)command.memory.add(words_of(command.target, command.lun).reqs, ~0u);
  }

 private:
  struct Words {
    PolicyWord reqs;   // commands in flight
    PolicyWord queue;  // of the last command
    PolicyWord rest_of_line[14];
  };
  static_assert(sizeof(Words) == kCacheLineBytes);

  Words& words_of(TargetId target, LunId lun) const { return luns_[target.index() * luns_per_target_ + lun.index()]; }

  std::uint32_t luns_per_target_;
  std::span<Words> luns_;
};

const PolicyRegistration registered{
    "lun_sticky",
    {.promise = OrderPromise::kPerLun,
     .cost = {.lock = PickLock::kTarget, .shared_lines = 1},
     .help = "A LUN keeps its queue while it has requests in flight, else it takes that of the submitting vCPU.",
     .source = "our own; the series' algorithm for the unit that SCSI orders",
     .make = make_policy<LunSticky>}};

}  // namespace
}  // namespace vqlab

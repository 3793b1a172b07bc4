#include <span>

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// The series' rule without its lock. Order is kept: whoever counts itself from 0 to 1 alone may write req_vq, and its
// own count keeps everybody else from becoming a second writer until its command is completed. A reader counts itself
// first. If it does so before the writer looks at the count again, the writer leaves req_vq as it is; if later, the
// sequence is odd by then, and the reader waits for the queue that the writer chooses.
class TargetStickySeqcount final : public SteeringPolicy {
 public:
  explicit TargetStickySeqcount(const PolicySetup& setup) : targets_(setup.words.make<Words>(setup.targets)) {}

  QueueId pick(const SteeringView& view) const override {
    Words& target = targets_[view.target.index()];
    PolicyMemory& memory = view.memory;
    return memory.add(target.reqs, 1) > 1 ? read(target, memory) : write(target, view);
  }

  void completed(const SteeredCommand& command) const override {
    (void)command.memory.add(targets_[command.target.index()].reqs, ~0u);
  }

 private:
  struct Words {
    PolicyWord reqs;    // commands in flight
    PolicyWord seq;     // odd while req_vq is being written
    PolicyWord req_vq;  // queue of the last command
    PolicyWord rest_of_line[13];
  };
  static_assert(sizeof(Words) == kCacheLineBytes);

  static QueueId read(const Words& target, PolicyMemory& memory) {
    while (true) {
      const std::uint32_t seq = memory.await_clear(target.seq, 1);
      const QueueId queue(memory.load(target.req_vq));
      if (memory.load(target.seq) == seq) return queue;
    }
  }

  static QueueId write(Words& target, const SteeringView& view) {
    PolicyMemory& memory = view.memory;
    const std::uint32_t seq = memory.load(target.seq);
    memory.store(target.seq, seq + 1);
    QueueId queue(view.submitter.value % view.queues);
    if (memory.load(target.reqs) > 1)
      queue = QueueId(memory.load(target.req_vq));
    else
      memory.store(target.req_vq, queue.value);
    memory.store(target.seq, seq + 2);
    return queue;
  }

  std::span<Words> targets_;
};

const PolicyRegistration registered{
    "target_sticky_seqcount",
    {.promise = OrderPromise::kPerTarget,
     .cost = {.shared_lines = 1},
     .help = "The series' algorithm without the target's lock: counts are atomic, the queue is read under a seqcount.",
     .source = "virtio-scsi, Linux 3.16 (2014)",
     .make = make_policy<TargetStickySeqcount>}};

}  // namespace
}  // namespace vqlab

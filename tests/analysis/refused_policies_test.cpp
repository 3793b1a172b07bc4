// Policies that break their contract, so that an exploration would prove too much, and what refuses each: the random
// histories of contract_check.hpp, which `vqlab order` begins with, or the exploration.
#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>

#include "tests/analysis/judged_policy.hpp"

namespace vqlab::order {
namespace {

using testing::HasSubstr;
using testing::Optional;

// Counts in a plain member, which vCPUs race for. As the counts are right where nobody is in the way, and the explorer
// lets nobody in between, it would be proven.
class RacyMembers final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    return ++counts_[view.target.index()] > 1 ? view.target_queue : own(view);
  }
  void completed(const SteeredCommand& command) const override { --counts_[command.target.index()]; }

 private:
  mutable std::array<std::uint32_t, 8> counts_{};
};
TEST(RefusedPolicies, RacyCountsInMembersAreRefused) {
  const Judged<RacyMembers> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("its object has changed")));
  const ExplorationResult explored = judged.explored();
  EXPECT_EQ(explored.verdict, Verdict::kRefused);
  EXPECT_THAT(explored.what, HasSubstr("its object has changed"));
}

// The same on the heap, where no byte of the object changes.
class RacyHeap final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    return ++(*counts_)[view.target.index()] > 1 ? view.target_queue : own(view);
  }
  void completed(const SteeredCommand& command) const override { --(*counts_)[command.target.index()]; }

 private:
  std::unique_ptr<std::array<std::uint32_t, 8>> counts_ = std::make_unique<std::array<std::uint32_t, 8>>();
};
TEST(RefusedPolicies, RacyCountsOnTheHeapAreRefused) {
  const Judged<RacyHeap> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("picks otherwise")));
}

// Of all objects: where a target's last command went.
std::array<QueueId, 8> broken_last_queues;
class HiddenGlobal final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    QueueId& last = broken_last_queues[view.target.index()];
    if (view.target_in_flight == 0) last = own(view);
    return last;
  }
};
TEST(RefusedPolicies, HiddenStateOfAllObjectsIsRefused) {
  const Judged<HiddenGlobal> judged;
  EXPECT_NE(judged.in_histories(), std::nullopt);
}

class HiddenStatic final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    static std::uint32_t picks = 0;
    if (view.target_in_flight > 0) return view.target_queue;
    return QueueId(picks++ % view.queues);
  }
};
TEST(RefusedPolicies, AStaticCounterIsRefusedByHistoriesAndExploration) {
  const Judged<HiddenStatic> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("picks otherwise")));
  const ExplorationResult explored = judged.explored();
  EXPECT_EQ(explored.verdict, Verdict::kRefused);
  EXPECT_THAT(explored.what, HasSubstr("one went on differently"));
}

// A lock of its own that no memory knows: nobody but another call in between ever sees it taken.
class HiddenLock final : public WithWords {
 public:
  using WithWords::WithWords;
  QueueId pick(const SteeringView& view) const override {
    static bool taken = false;
    TargetWords& target = of(view.target);
    if (taken) return QueueId(view.memory.load(target.queue));
    taken = true;
    if (view.memory.add(target.reqs, 1) == 1) view.memory.store(target.queue, own(view).value);
    const QueueId queue(view.memory.load(target.queue));
    taken = false;
    return queue;
  }
};
TEST(RefusedPolicies, HiddenStateWithinACallIsRefusedByTheExploration) {
  const Judged<HiddenLock> judged(PickLock::kNone);
  EXPECT_EQ(judged.in_histories(), std::nullopt);
  const ExplorationResult explored = judged.explored(with_one_lun());
  EXPECT_EQ(explored.verdict, Verdict::kRefused);
  EXPECT_THAT(explored.what, HasSubstr("one went on differently"));
}

// A queue for each vCPU, whether there is one or not.
class NoSuchQueue final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    return view.target_in_flight > 0 ? view.target_queue : QueueId(view.submitter.value);
  }
};
TEST(RefusedPolicies, AQueueThatDoesNotExistIsRefused) {
  const Judged<NoSuchQueue> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("pick() returned queue")));
  OrderBounds bounds;
  bounds.vcpus = 3;
  const ExplorationResult explored = judged.explored(bounds);
  EXPECT_EQ(explored.verdict, Verdict::kRefused);
  EXPECT_THAT(explored.what, HasSubstr("pick() returned queue 2"));
}

// Holds the first command, after which nobody would try again.
class HoldsTheFirst final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView&) const override { return kHold; }
};
TEST(RefusedPolicies, HoldingWithNothingInFlightIsRefused) {
  const Judged<HoldsTheFirst> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("nobody would try again")));
  EXPECT_EQ(judged.explored().verdict, Verdict::kRefused);
}

// TargetWords that no memory has seen change.
class WritesBehind final : public SteeringPolicy {
 public:
  struct Mixed {
    PolicyWord word;
    std::uint32_t plain;
  };
  explicit WritesBehind(const PolicySetup& setup) : words_(setup.words.make<Mixed>(setup.targets)) {}
  QueueId pick(const SteeringView& view) const override {
    return words_[view.target.index()].plain++ > 0 ? view.target_queue : own(view);
  }
  void completed(const SteeredCommand& command) const override { --words_[command.target.index()].plain; }

 private:
  std::span<Mixed> words_;
};
TEST(RefusedPolicies, WordsThatChangeBehindTheMemoryAreRefused) {
  const Judged<WritesBehind> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("otherwise than through `memory`")));
}

// A word of its own that setup.words has not made.
class StraysOutside final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    static PolicyWord picks;
    return QueueId(view.memory.add(picks, 1) % view.queues);
  }
};
TEST(RefusedPolicies, AWordThatNobodyKnowsIsRefused) {
  const Judged<StraysOutside> judged;
  EXPECT_NE(judged.in_histories(), std::nullopt);
  EXPECT_EQ(judged.explored().verdict, Verdict::kRefused);
}

}  // namespace
}  // namespace vqlab::order

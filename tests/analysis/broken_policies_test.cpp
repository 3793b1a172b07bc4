// Policies that break their promise, each in another way, and what each is caught by: the random histories of
// contract_check.hpp, which `vqlab order` begins with, or the exploration. Those that break their contract:
// refused_policies_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/judged_policy.hpp"

namespace vqlab::order {
namespace {

using testing::HasSubstr;
using testing::Optional;

// One command in flight does not keep the target.
class SwitchesAtOne final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    return view.target_in_flight > 1 ? view.target_queue : own(view);
  }
};
TEST(BrokenPolicies, SwitchingAtOneInFlightIsCaughtByHistoriesAndExploration) {
  const Judged<SwitchesAtOne> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("moves from queue")));
  EXPECT_EQ(judged.explored().verdict, Verdict::kReordered);
}

// The queue is read before the command is counted.
class StaleRead final : public WithWords {
 public:
  using WithWords::WithWords;
  QueueId pick(const SteeringView& view) const override {
    TargetWords& target = of(view.target);
    const QueueId read(view.memory.load(target.queue));
    if (view.memory.add(target.reqs, 1) > 1) return read;
    view.memory.store(target.queue, own(view).value);
    return own(view);
  }
};
TEST(BrokenPolicies, AStaleReadIsCaughtByExplorationAlone) {
  const Judged<StaleRead> judged(PickLock::kNone);
  EXPECT_EQ(judged.in_histories(), std::nullopt);
  EXPECT_EQ(judged.explored(with_one_lun()).verdict, Verdict::kReordered);
}

// lun_sticky's rule, but the order of targets is promised.
class PerLun final : public SteeringPolicy {
 public:
  explicit PerLun(const PolicySetup& setup)
      : luns_(setup.luns_per_target), units_(setup.words.make<TargetWords>(setup.targets * setup.luns_per_target)) {}
  QueueId pick(const SteeringView& view) const override {
    TargetWords& unit = units_[view.target.index() * luns_ + view.lun.index()];
    if (view.memory.add(unit.reqs, 1) > 1) return QueueId(view.memory.load(unit.queue));
    view.memory.store(unit.queue, own(view).value);
    return own(view);
  }
  void completed(const SteeredCommand& command) const override {
    (void)command.memory.add(units_[command.target.index() * luns_ + command.lun.index()].reqs, ~0u);
  }

 private:
  std::uint32_t luns_;
  std::span<TargetWords> units_;
};
TEST(BrokenPolicies, APerLunRuleUnderAPerTargetPromiseIsCaughtWithTheBoundsThatAreTheDefault) {
  const Judged<PerLun> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("moves from queue")));
  EXPECT_EQ(judged.explored().verdict, Verdict::kReordered);
  EXPECT_EQ(judged.explored(with_one_lun()).verdict, Verdict::kKept);
}

// A command is no longer counted as soon as the device has been kicked.
class GivesBackEarly final : public WithWords {
 public:
  using WithWords::WithWords;
  QueueId pick(const SteeringView& view) const override {
    return view.memory.add(of(view.target).reqs, 1) > 1 ? view.target_queue : own(view);
  }
  void submitted(const SteeredCommand& command) const override { WithWords::completed(command); }
  void completed(const SteeredCommand&) const override {}
};
TEST(BrokenPolicies, ACountThatIsGivenBackEarlyIsCaughtByHistoriesAndExploration) {
  const Judged<GivesBackEarly> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("moves from queue")));
  EXPECT_EQ(judged.explored().verdict, Verdict::kReordered);
}

// Correct for two requests.
class WrongFromTheThird final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    return view.target_in_flight == 1 ? view.target_queue : own(view);
  }
};
TEST(BrokenPolicies, WhatIsWrongFromTheThirdRequestOnNeedsThree) {
  const Judged<WrongFromTheThird> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("moves from queue")));
  EXPECT_EQ(judged.explored(with_requests(2)).verdict, Verdict::kKept);
  EXPECT_EQ(judged.explored(with_requests(3)).verdict, Verdict::kReordered);
}

// A count that wraps: the target looks idle again.
template <std::uint32_t kMask>
class Wraps final : public WithWords {
 public:
  using WithWords::WithWords;
  QueueId pick(const SteeringView& view) const override {
    return (view.memory.add(of(view.target).reqs, 1) & kMask) > 1 ? view.target_queue : own(view);
  }
};
TEST(BrokenPolicies, ACounterThatWrapsIsCaughtByHistories) {
  const Judged<Wraps<0xf>> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("with 15 commands in flight")));
  EXPECT_EQ(judged.explored(with_requests(2)).verdict, Verdict::kKept);
}
TEST(BrokenPolicies, ACounterThatWrapsLateIsCaughtByHistories) {
  const Judged<Wraps<0xffff>> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("with 65535 commands in flight")));
}

// Sticky with two vCPUs alone.
class DependsOnVcpus final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    return view.target_in_flight > 0 && view.vcpus_online <= 2 ? view.target_queue : own(view);
  }
};
TEST(BrokenPolicies, WhatDependsOnTheNumberOfVcpusIsCaughtByHistories) {
  const Judged<DependsOnVcpus> judged;
  EXPECT_THAT(judged.in_histories(), Optional(HasSubstr("moves from queue")));
  EXPECT_EQ(judged.explored(with_requests(2)).verdict, Verdict::kKept);
}

// Reads the queue first and then trusts it, unless somebody has written meanwhile; but the sequence has one bit beside
// the one that says "being written", so that two writes look like none.
template <std::uint32_t kSequenceMask>
class Optimistic final : public WithWords {
 public:
  using WithWords::WithWords;
  QueueId pick(const SteeringView& view) const override {
    TargetWords& target = of(view.target);
    PolicyMemory& memory = view.memory;
    while (true) {
      const std::uint32_t seq = memory.await_clear(target.seq, 1);
      const QueueId read(memory.load(target.queue));
      if (memory.add(target.reqs, 1) == 1) return write(target, view);
      if (memory.load(target.seq) == seq) return read;
      (void)memory.add(target.reqs, ~0u);
    }
  }

 private:
  static QueueId write(TargetWords& target, const SteeringView& view) {
    PolicyMemory& memory = view.memory;
    const std::uint32_t seq = memory.load(target.seq);
    memory.store(target.seq, seq | 1);
    QueueId queue = own(view);
    if (memory.load(target.reqs) > 1)
      queue = QueueId(memory.load(target.queue));
    else
      memory.store(target.queue, queue.value);
    memory.store(target.seq, (seq + 2) & kSequenceMask);
    return queue;
  }
};
TEST(BrokenPolicies, AnAbaOnASequenceCounterIsCaughtByExplorationAlone) {
  const Judged<Optimistic<1>> judged(PickLock::kNone);
  EXPECT_EQ(judged.in_histories(), std::nullopt);
  EXPECT_EQ(judged.explored(with_one_lun()).verdict, Verdict::kReordered);
}
TEST(BrokenPolicies, WithoutTheAbaItIsKept) {
  const Judged<Optimistic<~0u>> judged(PickLock::kNone);
  EXPECT_EQ(judged.explored(with_requests(2)).verdict, Verdict::kKept);
}

// Looks whether the target is idle, and counts afterwards.
class ChecksThenActs final : public WithWords {
 public:
  using WithWords::WithWords;
  QueueId pick(const SteeringView& view) const override {
    TargetWords& target = of(view.target);
    if (view.memory.load(target.reqs) == 0) view.memory.store(target.queue, own(view).value);
    (void)view.memory.add(target.reqs, 1);
    return QueueId(view.memory.load(target.queue));
  }
};
TEST(BrokenPolicies, CheckThenActIsCaughtByExplorationAlone) {
  const Judged<ChecksThenActs> judged(PickLock::kNone);
  EXPECT_EQ(judged.in_histories(), std::nullopt);
  EXPECT_EQ(judged.explored(with_one_lun()).verdict, Verdict::kReordered);
}

}  // namespace
}  // namespace vqlab::order

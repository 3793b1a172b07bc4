// The explorer of interleavings: it proves what holds, and finds what does not.
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "analysis/order/explorer.hpp"
#include "tests/analysis/explorations.hpp"
#include "tests/support/policy_params.hpp"

namespace vqlab::order {
namespace {

using testing::Contains;
using testing::HasSubstr;

OrderBounds bounds_of(const std::string& policy, std::uint32_t requests) {
  OrderBounds bounds;
  bounds.policy = policy;
  bounds.requests = requests;
  return bounds;
}

ExplorationResult explore_series(const OrderBounds& bounds, const ExplorationOptions& options = {}) {
  return explore(bounds, guest_driver, options);
}

// target_sticky, but for when a command stops being counted: as soon as the device has been kicked.
class ForgetsEarly final : public SteeringPolicy {
 public:
  explicit ForgetsEarly(const PolicySetup& setup) : reqs_(setup.words.make<PolicyWord>(setup.targets)) {}
  QueueId pick(const SteeringView& view) const override {
    if (view.memory.add(reqs_[view.target.index()], 1) > 1) return view.target_queue;
    return QueueId(view.submitter.value % view.queues);
  }
  void submitted(const SteeredCommand& command) const override {
    command.memory.add(reqs_[command.target.index()], ~0u);
  }

 private:
  std::span<PolicyWord> reqs_;
};
const PolicyRegistration forgets_early{"broken_forgets_early",
                                       {.promise = OrderPromise::kPerTarget,
                                        .cost = {.lock = PickLock::kTarget},
                                        .help = "broken",
                                        .source = "a test",
                                        .make = make_policy<ForgetsEarly>}};

// target_sticky's rule without the lock that it needs.
class Unlocked final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    return view.target_in_flight > 0 ? view.target_queue : QueueId(view.submitter.value % view.queues);
  }
};
const PolicyRegistration unlocked{"broken_unlocked",
                                  {.promise = OrderPromise::kPerTarget,
                                   .cost = {.lock = PickLock::kNone},
                                   .help = "broken",
                                   .source = "a test",
                                   .make = make_policy<Unlocked>}};

TEST(Order, TheSeriesAlgorithmKeepsIt) {
  const ExplorationResult result = explore_series(bounds_of("target_sticky", kOptimised ? 3 : 2));
  EXPECT_EQ(result.verdict, Verdict::kKept) << result.what;
  EXPECT_GT(result.executions, kOptimised ? 1e7 : 100);
  EXPECT_THAT(result.words, Contains("reqs of target 0"));
  EXPECT_THAT(result.words, Contains("avail.idx of queue 1"));
  // The lock orders all that touch it.
  EXPECT_THAT(result.words, testing::Not(Contains("req_vq of target 0")));
}

TEST(Order, DrainingKeepsItAndBringsEveryCommandBack) {
  OrderBounds bounds = bounds_of("submitter_follow", kOptimised ? 3 : 2);
  // As it is, it waits for more commands than the bounds have.
  bounds.params = test::params_with("submitter_follow", "row", std::int64_t{0});
  const ExplorationResult result = explore_series(bounds);
  EXPECT_EQ(result.verdict, Verdict::kKept) << result.what;
}

TEST(Order, OverflowingKeepsIt) {
  OrderBounds bounds = bounds_of("overflow", kOptimised ? 3 : 2);
  // As it is, no queue is ever full within the bounds. Two requests share the first target, the third has the other.
  bounds.params = test::params_with("overflow", "limit", std::int64_t{1});
  bounds.targets = 2;
  bounds.luns = 1;
  const ExplorationResult result = explore_series(bounds);
  EXPECT_EQ(result.verdict, Verdict::kKept) << result.what;
}

// The program's own, without those of these tests, and that above.
std::vector<std::string> promising_policies() {
  std::vector<std::string> names;
  for (const auto& [name, policy] : Registry<PolicyEntry>::instance().entries())
    if (policy.promise != OrderPromise::kNone && std::string(policy.source) != "a test" && name != "target_sticky")
      names.push_back(name);
  return names;
}

class EveryPolicyInOrder : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Order, EveryPolicyInOrder, testing::ValuesIn(promising_policies()),
                         [](const auto& policy) { return policy.param; });

// Three requests, with the target's lock and without; to two LUNs where that is part of the promise, else with
// VQLAB_DEEP: it takes twice as long.
TEST_P(EveryPolicyInOrder, KeepsItsPromise) {
  OrderBounds bounds = bounds_of(GetParam(), kOptimised ? 3 : 2);
  bounds.promise = Registry<PolicyEntry>::instance().find(GetParam())->promise;
  if (bounds.promise == OrderPromise::kPerTarget && std::getenv("VQLAB_DEEP") == nullptr) bounds.luns = 1;
  const ExplorationResult result = explore_series(bounds);
  EXPECT_EQ(result.verdict, Verdict::kKept) << result.what;
}

// What a driver promises by itself, over one queue and over several.
TEST(Order, DriversKeepWhatTheyPromise) {
  OrderBounds before = bounds_of("single_queue", kOptimised ? 3 : 2);
  before.driver = "before";
  before.queues = 1;
  EXPECT_EQ(explore_series(before).verdict, Verdict::kKept);
  OrderBounds blk_mq = bounds_of("per_vcpu", 2);
  blk_mq.driver = "blk_mq";
  EXPECT_EQ(explore_series(blk_mq).verdict, Verdict::kReordered);
}

// Finds the counterexample, and replays it by its text alone.
void expect_reordering(const std::string& policy, std::uint32_t requests) {
  const OrderBounds bounds = bounds_of(policy, requests);
  const ExplorationResult result = explore_series(bounds);
  ASSERT_EQ(result.verdict, Verdict::kReordered);
  EXPECT_TRUE(result.shortest);
  EXPECT_THAT(result.what, HasSubstr("before request"));
  const auto choices = choices_from(to_string(result.counterexample));
  ASSERT_TRUE(choices);
  const Replay again = replay(bounds, guest_driver, *choices);
  EXPECT_EQ(again.impossible_at, 0u);
  ASSERT_TRUE(again.reordering);
  EXPECT_EQ(describe(*again.reordering), result.what);
  EXPECT_THAT(again.log.back().what, HasSubstr("takes request"));
}

TEST(Order, PerVcpuReorders) { expect_reordering("per_vcpu", 2); }
TEST(Order, ACounterThatForgetsEarlyReorders) { expect_reordering("broken_forgets_early", 2); }
TEST(Order, APickWithoutTheLockReorders) { expect_reordering("broken_unlocked", 3); }

TEST(Order, ADriverThatNeverLooksAgainLosesAWakeUp) {
  for (const bool event_idx : {true, false}) {
    OrderBounds bounds = bounds_of("target_sticky", 2);
    bounds.event_idx = event_idx;
    const ExplorationResult result = explore(bounds, NeverLooksAgain::always);
    EXPECT_EQ(result.verdict, Verdict::kStuck);
    EXPECT_THAT(result.what, HasSubstr("the driver never takes it back"));
    const Replay again = replay(bounds, NeverLooksAgain::always, result.counterexample);
    EXPECT_EQ(again.stuck, result.what);
    EXPECT_EQ(explore_series(bounds).verdict, Verdict::kKept);
  }
}

// Nothing that can happen is lost by leaving out what only changes the order of independent steps.
TEST(Order, ReductionsLoseNoEnd) {
  for (const char* const policy : {"target_sticky", "per_vcpu", "broken_unlocked"}) {
    OrderBounds bounds = bounds_of(policy, 2);
    bounds.promise = OrderPromise::kNone;
    const ExplorationResult all = explore_series(bounds, {.reduce = false});
    const ExplorationResult reduced = explore_series(bounds);
    EXPECT_EQ(reduced.final_states, all.final_states) << policy;
    EXPECT_LT(reduced.states, all.states) << policy;
    EXPECT_EQ(reduced.words, all.words);
  }
}

// However many vCPUs there are, two of the first three requests go to one LUN and the third to another of its target.
TEST(Order, ThreeRequestsPutBothPromisesToTheTest) {
  for (std::uint32_t vcpus = 2; vcpus <= kMostVcpus; ++vcpus) {
    OrderBounds bounds;
    bounds.vcpus = vcpus;
    EXPECT_EQ(bounds.requests, 3u);
    EXPECT_EQ(bounds.lun_of(0), bounds.lun_of(1));
    EXPECT_NE(bounds.lun_of(0), bounds.lun_of(2));
    EXPECT_EQ(bounds.target_of(0), bounds.target_of(2));
  }
}

// 48 bytes for each state; beside them at most eight slots of eight bytes for each, while a shard of slots grows.
TEST(Order, StopsBeforeItNeedsMoreMemoryThanThereIs) {
  const ExplorationResult result = explore_series(bounds_of("target_sticky", 4), {.most_bytes = 300'000});
  EXPECT_EQ(result.verdict, Verdict::kUndecided);
  EXPECT_TRUE(result.out_of_memory);
  EXPECT_GE(result.states, 300'000u / (48 + 8 * 8));
  EXPECT_LE(result.states, 300'000u / 48);
  EXPECT_FALSE(explore_series(bounds_of("target_sticky", 4), {.most_states = 1000}).out_of_memory);
}

TEST(Order, StopsWhenAsked) {
  const ExplorationResult result = explore_series(bounds_of("target_sticky", 4), {.most_states = 1000});
  EXPECT_EQ(result.verdict, Verdict::kUndecided);
  EXPECT_LE(result.states, 1001u);
}

TEST(Order, ChoicesAreText) {
  const auto choices = choices_from("12.7/ab2c");
  ASSERT_TRUE(choices);
  EXPECT_EQ(choices->words, (std::vector<WordId>{12, 7}));
  EXPECT_EQ(choices->moves, (std::vector<Move>{{0, 0}, {1, 2}, {2, 0}}));
  EXPECT_EQ(to_string(*choices), "12.7/ab2c");
  for (const char* const text : {"", "ab", "1,2/a", "/2", "/a23", "/z"}) EXPECT_FALSE(choices_from(text)) << text;
}

TEST(Order, ImpossibleChoicesAreSaid) {
  const OrderBounds bounds = bounds_of("target_sticky", 2);
  const Replay result = replay(bounds, guest_driver, *choices_from("/ae"));
  EXPECT_EQ(result.impossible_at, 2u);
}

}  // namespace
}  // namespace vqlab::order

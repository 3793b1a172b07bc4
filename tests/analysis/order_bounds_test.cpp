// What `vqlab order` explores beside one device with split rings and vCPUs that stay, and that several threads find
// what one does.
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "analysis/order/explorer.hpp"
#include "tests/analysis/explorations.hpp"

namespace vqlab::order {
namespace {

using testing::Contains;
using testing::HasSubstr;

OrderBounds sticky(std::uint32_t requests) {
  OrderBounds bounds;
  bounds.requests = requests;
  return bounds;
}

OrderBounds with_packed_rings(OrderBounds bounds) {
  bounds.packed = true;
  return bounds;
}

OrderBounds with_two_devices(OrderBounds bounds) {
  bounds.devices = bounds.targets = 2;
  return bounds;
}

OrderBounds with_hotplug(OrderBounds bounds) {
  bounds.hotplug = 1;
  return bounds;
}

OrderBounds with_one_vector(OrderBounds bounds) {
  bounds.one_vector = true;
  return bounds;
}

OrderBounds with_an_isolated_vcpu(OrderBounds bounds) {
  bounds.vcpus = 3;  // of which two have queues
  bounds.isolated = 1;
  return bounds;
}

OrderBounds of_policy(const std::string& policy, OrderBounds bounds) {
  bounds.policy = policy;
  return bounds;
}

struct StickyWords {
  PolicyWord queue;
  PolicyWord next;
};

// target_sticky over queues in turn; but all devices use the words of the device that was made last.
class SharesWords final : public SteeringPolicy {
 public:
  explicit SharesWords(const PolicySetup& setup) { targets_ = setup.words.make<StickyWords>(setup.targets); }
  QueueId pick(const SteeringView& view) const override {
    StickyWords& words = targets_[view.target.index()];
    if (view.target_in_flight > 0) return QueueId(view.memory.load(words.queue));
    const std::uint32_t queue = (view.memory.add(words.next, 1) - 1) % view.queues;
    view.memory.store(words.queue, queue);
    return QueueId(queue);
  }

 private:
  static inline std::span<StickyWords> targets_;
};
const PolicyRegistration shares_words{"broken_shares_words",
                                      {.promise = OrderPromise::kPerTarget,
                                       .cost = {.lock = PickLock::kTarget},
                                       .help = "broken",
                                       .source = "a test",
                                       .make = make_policy<SharesWords>}};

// target_sticky by a count of its own, which it forgets when vCPUs come or go.
class ForgetsWhenPlugged final : public SteeringPolicy {
 public:
  explicit ForgetsWhenPlugged(const PolicySetup& setup) : reqs_(setup.words.make<PolicyWord>(setup.targets)) {}
  QueueId pick(const SteeringView& view) const override {
    if (view.memory.add(reqs_[view.target.index()], 1) > 1) return view.target_queue;
    return QueueId(view.submitter.value % view.queues);
  }
  void completed(const SteeredCommand& command) const override {
    PolicyWord& reqs = reqs_[command.target.index()];
    if (command.memory.load(reqs) > 0) command.memory.add(reqs, ~0u);
  }
  void vcpus_changed(std::uint32_t, PolicyMemory& memory) const override {
    for (PolicyWord& reqs : reqs_) memory.store(reqs, 0);
  }

 private:
  std::span<PolicyWord> reqs_;
};
const PolicyRegistration forgets_when_plugged{"broken_forgets_when_plugged",
                                              {.promise = OrderPromise::kPerTarget,
                                               .cost = {.lock = PickLock::kTarget},
                                               .help = "broken",
                                               .source = "a test",
                                               .make = make_policy<ForgetsWhenPlugged>}};

// target_sticky, as long as vCPU and queue are one to one. On an isolated vCPU it takes the target along.
class TrustsOneToOne final : public SteeringPolicy {
 public:
  QueueId pick(const SteeringView& view) const override {
    if (view.target_in_flight > 0 && view.submitter.value < view.queues) return view.target_queue;
    return QueueId(view.submitter.value % view.queues);
  }
};
const PolicyRegistration trusts_one_to_one{"broken_trusts_one_to_one",
                                           {.promise = OrderPromise::kPerTarget,
                                            .cost = {.lock = PickLock::kTarget},
                                            .help = "broken",
                                            .source = "a test",
                                            .make = make_policy<TrustsOneToOne>}};

void expect_kept(const OrderBounds& bounds) {
  const ExplorationResult result = explore(bounds, guest_driver);
  EXPECT_EQ(result.verdict, Verdict::kKept) << bounds.policy << ": " << result.what;
}

// Finds what is wrong, and sees it again from its text alone.
void expect_reordered(const OrderBounds& bounds) {
  const ExplorationResult result = explore(bounds, guest_driver);
  ASSERT_EQ(result.verdict, Verdict::kReordered) << bounds.policy << ": " << result.what;
  const Replay again = replay(bounds, guest_driver, *choices_from(to_string(result.counterexample)));
  ASSERT_TRUE(again.reordering);
  EXPECT_EQ(describe(*again.reordering), result.what);
}

TEST(OrderBounds, PackedRingsAreExplored) {
  const ExplorationResult result = explore(with_packed_rings(sticky(2)), guest_driver);
  EXPECT_EQ(result.verdict, Verdict::kKept) << result.what;
  EXPECT_THAT(result.words, Contains("device_event of queue 0"));
  EXPECT_THAT(result.words, Contains(HasSubstr("flags of descriptor")));
  expect_reordered(of_policy("per_vcpu", with_packed_rings(sticky(2))));
}

TEST(OrderBounds, ADriverThatIsBrokenOnPackedRingsAloneIsCaught) {
  EXPECT_EQ(explore(sticky(2), NeverLooksAgain::on_packed_rings).verdict, Verdict::kKept);
  const OrderBounds packed = with_packed_rings(sticky(2));
  const ExplorationResult result = explore(packed, NeverLooksAgain::on_packed_rings);
  EXPECT_EQ(result.verdict, Verdict::kStuck);
  EXPECT_EQ(replay(packed, NeverLooksAgain::on_packed_rings, result.counterexample).stuck, result.what);
}

TEST(OrderBounds, APolicyThatIsBrokenWithTwoDevicesAloneIsCaught) {
  OrderBounds two_targets = sticky(3);
  two_targets.targets = 2;
  expect_kept(of_policy("broken_shares_words", two_targets));
  if (kOptimised) expect_kept(with_two_devices(sticky(3)));
  expect_reordered(of_policy("broken_shares_words", with_two_devices(sticky(3))));
}

TEST(OrderBounds, APolicyThatIsBrokenWithHotplugAloneIsCaught) {
  expect_kept(of_policy("broken_forgets_when_plugged", sticky(2)));
  if (kOptimised) expect_kept(with_hotplug(sticky(2)));
  expect_reordered(of_policy("broken_forgets_when_plugged", with_hotplug(sticky(2))));
}

// A shared vector's handler looks at a queue whose device has not announced anything.
TEST(OrderBounds, ASharedVectorIsExplored) {
  expect_kept(with_one_vector(sticky(2)));
  expect_kept(with_one_vector(with_packed_rings(sticky(2))));
  expect_reordered(of_policy("per_vcpu", with_one_vector(sticky(2))));
  const ExplorationResult lost = explore(with_one_vector(sticky(2)), NeverLooksAgain::always);
  EXPECT_EQ(lost.verdict, Verdict::kStuck);
}

TEST(OrderBounds, APolicyThatIsBrokenWithIsolatedVcpusAloneIsCaught) {
  OrderBounds isolated = of_policy("broken_trusts_one_to_one", with_an_isolated_vcpu(sticky(3)));
  isolated.luns = 1;
  if (kOptimised) expect_reordered(isolated);
  expect_kept(of_policy("broken_trusts_one_to_one", sticky(2)));
}

// What policies promise holds there, too: with three requests where that is optimised and asked for.
class EveryPolicyWithFewVectors : public testing::TestWithParam<std::string> {};
std::vector<std::string> policies_with_a_promise() {
  std::vector<std::string> names;
  for (const auto& [name, policy] : Registry<PolicyEntry>::instance().entries())
    if (policy.promise != OrderPromise::kNone && std::string(policy.source) != "a test") names.push_back(name);
  return names;
}
INSTANTIATE_TEST_SUITE_P(OrderBounds, EveryPolicyWithFewVectors, testing::ValuesIn(policies_with_a_promise()),
                         [](const auto& policy) { return policy.param; });

TEST_P(EveryPolicyWithFewVectors, KeepsItsPromise) {
  const bool deep = kOptimised && std::getenv("VQLAB_DEEP") != nullptr;
  OrderBounds bounds = of_policy(GetParam(), sticky(deep ? 3 : 2));
  bounds.promise = Registry<PolicyEntry>::instance().find(GetParam())->promise;
  if (bounds.promise == OrderPromise::kPerTarget) bounds.luns = 1;
  expect_kept(with_one_vector(bounds));
  // The first two vCPUs have a queue each; with one more request the third, which is isolated, submits as well.
  // (The one without a lock has minutes of states there.)
  if (deep && GetParam() != "target_sticky_seqcount") expect_kept(with_an_isolated_vcpu(bounds));
  // One queue for three: nothing is picked, but for the driver's own promise.
  OrderBounds shared_queue = with_an_isolated_vcpu(bounds);
  shared_queue.isolated = 2;
  expect_kept(with_one_vector(shared_queue));
}

// As Order.ReductionsLoseNoEnd. One queue with hotplug: with two, all orders of all steps are too many.
TEST(OrderBounds, ReductionsLoseNoEnd) {
  OrderBounds plugged = with_hotplug(sticky(2));
  plugged.queues = std::getenv("VQLAB_DEEP") == nullptr ? 1 : 2;
  std::vector<OrderBounds> explored{with_packed_rings(sticky(2)), with_one_vector(sticky(2)),
                                    with_one_vector(with_packed_rings(sticky(2)))};
  if (kOptimised) explored.insert(explored.end(), {with_two_devices(sticky(3)), plugged});
  for (OrderBounds bounds : explored) {
    bounds.promise = OrderPromise::kNone;
    const ExplorationResult all = explore(bounds, guest_driver, {.reduce = false});
    const ExplorationResult reduced = explore(bounds, guest_driver);
    EXPECT_EQ(reduced.final_states, all.final_states);
    // Where a shared vector's handler may look at any descriptor, only orders are left out, and no states.
    if (!bounds.packed || !bounds.one_vector) {
      EXPECT_LT(reduced.states, all.states);
    }
    EXPECT_EQ(reduced.words, all.words);
  }
}

// All that a user is told. Each exploration below has more states than one thread explores alone.
void expect_same_with_threads(unsigned jobs, const OrderBounds& bounds, const MakeDriver& make_driver) {
  const ExplorationResult one = explore(bounds, make_driver);
  const ExplorationResult several = explore(bounds, make_driver, {.jobs = jobs, .alone = 100});
  EXPECT_EQ(several.verdict, one.verdict);
  EXPECT_EQ(several.executions, one.executions);
  EXPECT_EQ(several.states, one.states);
  EXPECT_EQ(several.final_states, one.final_states);
  EXPECT_EQ(several.steps, one.steps);
  EXPECT_EQ(several.longest, one.longest);
  EXPECT_EQ(several.words, one.words);
  EXPECT_EQ(several.what, one.what);
  EXPECT_EQ(several.shortest, one.shortest);
  EXPECT_EQ(to_string(several.counterexample), to_string(one.counterexample));
}

TEST(OrderThreads, FindWhatOneFinds) {
  expect_same_with_threads(3, sticky(2), guest_driver);
  expect_same_with_threads(2, of_policy("per_vcpu", sticky(2)), guest_driver);
  expect_same_with_threads(2, with_packed_rings(sticky(2)), NeverLooksAgain::on_packed_rings);
  if (kOptimised) expect_same_with_threads(2, with_packed_rings(sticky(3)), guest_driver);
}

TEST(OrderThreads, StopAtTheirBounds) {
  const OrderBounds bounds = sticky(4);
  ExplorationOptions options{.most_states = 1000, .jobs = 2, .alone = 100};
  const ExplorationResult stopped = explore(bounds, guest_driver, options);
  EXPECT_EQ(stopped.verdict, Verdict::kUndecided);
  EXPECT_EQ(stopped.states, 1001u);
  EXPECT_FALSE(stopped.out_of_memory);
  options.most_states = ~std::uint64_t{0};
  options.most_bytes = 300'000;
  EXPECT_TRUE(explore(bounds, guest_driver, options).out_of_memory);
  options.most_bytes = ~std::uint64_t{0};
  options.go_on = [](std::uint64_t, std::uint32_t) { return false; };
  const ExplorationResult interrupted = explore(bounds, guest_driver, options);
  EXPECT_EQ(interrupted.verdict, Verdict::kUndecided);
  EXPECT_GT(interrupted.states, 0u);
}

}  // namespace
}  // namespace vqlab::order

// What every steering policy must do, by its contract alone. A new file in models/steering/policies/ is tested here
// unasked.
#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "models/steering/policy.hpp"
#include "sim/guest/sim_platform.hpp"
#include "tests/conformance/allocations.hpp"

namespace vqlab {
namespace {

const PolicyEntry& entry_of(const std::string& name) { return *Registry<PolicyEntry>::instance().find(name); }

constexpr std::uint32_t kTargets = 256;
constexpr std::uint32_t kLuns = 16;

sim::Calendar calendar;
sim::PlainPolicyMemory memory(calendar);
PolicyWords words;

// For any numbers of queues and vCPUs up to 64.
std::unique_ptr<SteeringPolicy> make(const std::string& name, std::uint64_t seed = 1, std::uint32_t queues = 64) {
  return entry_of(name).make({.queues = queues,
                              .vcpus = 64,
                              .targets = kTargets,
                              .luns_per_target = kLuns,
                              .random = RandomStream(seed, "policy/0"),
                              .words = words});
}

// Anything that a driver could hand to a policy for one device: fewer queues than vCPUs, and more.
rc::Gen<SteeringView> any_view(std::uint32_t queues, std::uint32_t vcpus) {
  const auto below = [](std::uint32_t bound) { return rc::gen::inRange<std::uint32_t>(0, bound); };
  return rc::gen::map(rc::gen::tuple(below(vcpus), below(kTargets), below(kLuns), below(200), below(queues)),
                      [queues, vcpus](const auto& draw) {
                        const auto& [submitter, target, lun, in_flight, target_queue] = draw;
                        return SteeringView{.submitter = VcpuId(submitter),
                                            .vcpus_online = vcpus,
                                            .queues = queues,
                                            .target = TargetId(target),
                                            .lun = LunId(lun),
                                            .target_in_flight = in_flight,
                                            .target_queue = QueueId(target_queue),
                                            .memory = memory};
                      });
}

std::vector<SteeringView> some_views(std::uint32_t queues, std::uint32_t vcpus) {
  return *rc::gen::container<std::vector<SteeringView>>(50, any_view(queues, vcpus));
}

std::vector<std::uint32_t> picks(SteeringPolicy& policy, const std::vector<SteeringView>& views) {
  std::vector<std::uint32_t> queues;
  for (const SteeringView& view : views) queues.push_back(policy.pick(view).value);
  return queues;
}

class EveryPolicy : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Conformance, EveryPolicy, testing::ValuesIn(Registry<PolicyEntry>::instance().names()),
                         [](const auto& policy) { return policy.param; });

TEST_P(EveryPolicy, PicksAQueueThatThereIs) {
  rc::check("below view.queues for any view", [] {
    const auto queues = *rc::gen::inRange<std::uint32_t>(1, 65);
    const auto vcpus = *rc::gen::inRange<std::uint32_t>(1, 65);
    const auto policy = make(GetParam());
    for (const std::uint32_t queue : picks(*policy, some_views(queues, vcpus))) RC_ASSERT(queue < queues);
  });
}

TEST_P(EveryPolicy, HasNoChoiceWithOneQueue) {
  rc::check("queue 0", [] {
    const auto policy = make(GetParam());
    for (const std::uint32_t queue : picks(*policy, some_views(1, *rc::gen::inRange<std::uint32_t>(1, 65))))
      RC_ASSERT(queue == 0);
  });
}

TEST_P(EveryPolicy, DependsOnNothingButItsViewsAndItsStream) {
  rc::check("two objects of one stream agree", [] {
    const auto views = some_views(*rc::gen::inRange<std::uint32_t>(1, 9), *rc::gen::inRange<std::uint32_t>(1, 9));
    const auto one = make(GetParam(), 7);
    const auto other = make(GetParam(), 7);
    const auto noise = make(GetParam(), 8);  // a policy of another device must not be heard
    std::vector<std::uint32_t> disturbed;
    for (const SteeringView& view : views) {
      (void)noise->pick(view);
      disturbed.push_back(other->pick(view).value);
    }
    RC_ASSERT(picks(*one, views) == disturbed);
  });
}

TEST_P(EveryPolicy, AllocatesNothingForAPick) {
  const auto policy = make(GetParam());
  SteeringView view{.submitter = VcpuId(0),
                    .vcpus_online = 8,
                    .queues = 8,
                    .target = TargetId(0),
                    .lun = LunId(0),
                    .target_in_flight = 0,
                    .target_queue = QueueId(0),
                    .memory = memory};
  const std::uint64_t before = test::allocations();
  for (std::uint32_t i = 0; i < 10000; ++i) {
    calendar.run_until(calendar.now() + 1us);
    view.submitter = VcpuId(i % 8);
    view.target = TargetId(i % 256);
    view.target_in_flight = i % 3;
    view.target_queue = policy->pick(view);
  }
  EXPECT_EQ(test::allocations(), before);
}

TEST_P(EveryPolicy, SaysWhatItIs) {
  EXPECT_GT(std::string(entry_of(GetParam()).help).size(), 10u);
  EXPECT_FALSE(std::string(entry_of(GetParam()).source).empty());
  EXPECT_EQ(GetParam().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos);
}

TEST(Policies, AllocationsAreSeen) {
  const std::uint64_t before = test::allocations();
  const auto policy = make("single_queue");
  EXPECT_EQ(test::allocations(), before + 1);
}

TEST(Policies, ThereAreThoseOfTheLetter) {
  const auto names = Registry<PolicyEntry>::instance().names();
  for (const char* name : {"single_queue", "target_sticky", "per_vcpu"})
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
}

// The series' algorithm, word by word: a busy target stays; an idle one takes queue q = cpu, less the number of queues
// until it is below it.
TEST(Policies, TargetStickyIsPickVq) {
  rc::check("pick_vq", [] {
    const auto queues = *rc::gen::inRange<std::uint32_t>(1, 65);
    const auto policy = make("target_sticky");
    for (const SteeringView& view : some_views(queues, *rc::gen::inRange<std::uint32_t>(1, 65))) {
      std::uint32_t expected = view.target_queue.value;
      if (view.target_in_flight == 0) {
        expected = view.submitter.value;
        while (expected >= queues) expected -= queues;
      }
      RC_ASSERT(policy->pick(view).value == expected);
    }
  });
}

TEST(Policies, PerVcpuIgnoresTheTarget) {
  rc::check("the submitter's queue", [] {
    const auto queues = *rc::gen::inRange<std::uint32_t>(1, 65);
    const auto policy = make("per_vcpu");
    for (const SteeringView& view : some_views(queues, *rc::gen::inRange<std::uint32_t>(1, 65)))
      RC_ASSERT(policy->pick(view).value == view.submitter.value % queues);
  });
}

TEST(Policies, SingleQueueIsQueueZero) {
  rc::check("queue 0, however many there are", [] {
    const auto policy = make("single_queue");
    for (const std::uint32_t queue : picks(*policy, some_views(64, 64))) RC_ASSERT(queue == 0);
  });
}

}  // namespace
}  // namespace vqlab

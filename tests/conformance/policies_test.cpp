// What every steering policy must do, by its contract alone. A new file in models/steering/policies/ is tested here
// unasked.
#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/order/contract_check.hpp"
#include "tests/conformance/allocations.hpp"
#include "tests/conformance/steering_history.hpp"

namespace vqlab::test {
namespace {

constexpr int kSteps = 3000;

// What is not optimised runs twenty times as long.
#ifdef NDEBUG
constexpr std::uint32_t kPicks = order::kCheckedPicks;
#else
constexpr std::uint32_t kPicks = 20'000;
#endif

// One queue, fewer queues than vCPUs, as many, and more.
constexpr SteeringShape kShapes[] = {{.queues = 1, .vcpus = 4}, {.queues = 3, .vcpus = 8}, {.queues = 4, .vcpus = 4},
                                     {.queues = 7, .vcpus = 2}, {.queues = 2, .vcpus = 1}, {.queues = 64, .vcpus = 64}};

class EveryPolicy : public testing::TestWithParam<std::string> {
 protected:
  const char* name = GetParam().c_str();
  RandomStream random{1, "test/history"};
};
INSTANTIATE_TEST_SUITE_P(Conformance, EveryPolicy, testing::ValuesIn(Registry<PolicyEntry>::instance().names()),
                         [](const auto& policy) { return policy.param; });

TEST_P(EveryPolicy, KeepsItsContractInAMillionPicks) {
  EXPECT_EQ(order::contract_fault(GetParam(), *Registry<PolicyEntry>::instance().find(name), {}, kPicks), std::nullopt);
}

// Its own parameters, each at both of its bounds, and the defaults.
std::vector<PartParams> params_of_policy(const std::string& policy) {
  std::vector<PartParams> all(1);
  const PartParamsEntry* const part = part_params().find(policy);
  if (part == nullptr) return all;
  for (const Param& row : part->table->rows)
    for (const double bound : {row.bounds.min, row.bounds.max}) {
      PartParams params;
      if (row.kind == ParamKind::kInteger) params.set(*part, row, static_cast<std::int64_t>(bound));
      if (row.kind == ParamKind::kNumber) params.set(*part, row, bound);
      if (row.kind == ParamKind::kBoolean) params.set(*part, row, bound > 0);
      if (params != PartParams{}) all.push_back(params);
    }
  return all;
}

TEST_P(EveryPolicy, KeepsItsContractWithParametersAtTheirBounds) {
  const PolicyEntry& entry = *Registry<PolicyEntry>::instance().find(name);
  for (const PartParams& params : params_of_policy(name))
    EXPECT_EQ(order::contract_fault(GetParam(), entry, params, kPicks / 50), std::nullopt);
}

TEST_P(EveryPolicy, AllocatesNothing) {
  SteeringHistory history(name, {.queues = 8, .vcpus = 8});
  const std::uint64_t before = allocations();
  for (int i = 0; i < kSteps; ++i) (void)history.anything(random);
  EXPECT_EQ(allocations(), before);
}

// A cache line: the words of a region of the policy's, cut into pieces of 64 bytes.
using Line = std::pair<const std::byte*, std::ptrdiff_t>;

Line line_of(const PolicyWord* word, const PolicyWords& words) {
  const auto* const byte = reinterpret_cast<const std::byte*>(word);
  for (const PolicyWords::Region& region : words.regions())
    if (byte >= region.begin && byte < region.begin + region.bytes)
      return {region.begin, (byte - region.begin) / static_cast<std::ptrdiff_t>(kCacheLineBytes)};
  ADD_FAILURE() << "a word that is none of setup.words";
  return {};
}

std::set<Line> lines_touched(SteeringHistory& history) {
  std::set<Line> lines;
  for (const PolicyWord* word : history.memory.touched) lines.insert(line_of(word, history.words));
  EXPECT_LT(history.memory.touched.size(), history.memory.touched.capacity());
  history.memory.touched.clear();
  return lines;
}

void expect_lines_within_cost(const char* name, const SteeringShape& shape, const PartParams& params,
                              RandomStream& random) {
  SteeringHistory history(name, shape, params);
  history.memory.touched.reserve(4096);
  std::vector<std::set<Line>> picks;
  std::map<Line, std::set<std::uint32_t>> touched_by;  // the targets whose picks touch a line
  constexpr std::uint32_t kCompletion = ~0u;
  for (int i = 0; i < kSteps / 3; ++i) {
    const std::uint32_t target = below(shape.targets, random.next32());
    (void)history.submit(below(shape.vcpus, random.next32()), target, below(shape.luns, random.next32()));
    picks.push_back(lines_touched(history));
    for (const Line& line : picks.back()) touched_by[line].insert(target);
    history.memory.time += 100us;
    while (history.in_flight.size() > below(SteeringHistory::kDeepest, random.next32())) history.complete(0);
    for (const Line& line : lines_touched(history)) touched_by[line].insert(kCompletion);
  }
  const DecisionCost& cost = history.entry().cost;
  for (const auto& pick : picks) {
    const auto shared = std::count_if(pick.begin(), pick.end(), [&](const Line& line) {
      return cost.lock == PickLock::kNone || touched_by[line].size() > 1 || touched_by[line].contains(kCompletion);
    });
    ASSERT_LE(static_cast<std::uint32_t>(shared), cost.lines(shape.queues, params))
        << "with " << shape.queues << " queues";
  }
}

TEST_P(EveryPolicy, TouchesNoMoreSharedLinesThanItsCostSays) {
  for (const PartParams& params : params_of_policy(name))
    for (const SteeringShape& shape : kShapes) expect_lines_within_cost(name, shape, params, random);
}

TEST_P(EveryPolicy, TakesTheSubmittersQueueIfItSaysSo) {
  for (const SteeringShape& shape : kShapes) {
    SteeringHistory history(name, shape);
    if (!history.entry().own_queue) continue;
    for (int i = 0; i < kSteps / 10; ++i) {
      const std::uint32_t vcpu = below(shape.vcpus, random.next32());
      ASSERT_EQ(history.submit(vcpu, below(shape.targets, random.next32()), below(shape.luns, random.next32())),
                QueueId(vcpu % shape.queues));
      while (history.in_flight.size() > below(SteeringHistory::kDeepest, random.next32())) history.complete(0);
    }
  }
}

TEST_P(EveryPolicy, SaysWhatItIs) {
  const PolicyEntry& entry = *Registry<PolicyEntry>::instance().find(name);
  EXPECT_GT(std::string(entry.help).size(), 10u);
  EXPECT_FALSE(std::string(entry.source).empty());
  EXPECT_EQ(GetParam().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos);
}

TEST(Policies, AllocationsAreSeen) {
  const std::uint64_t before = allocations();
  struct alignas(kCacheLineBytes) Aligned {
    int word;
  };
  const auto word = std::make_unique<std::uint32_t>();
  const auto line = std::make_unique<Aligned>();
  EXPECT_EQ(allocations(), before + 2);
}

}  // namespace
}  // namespace vqlab::test

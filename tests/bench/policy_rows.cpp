#include "tests/bench/policy_rows.hpp"

#include <string>
#include <vector>

#include "models/steering/policy.hpp"
#include "sim/guest/plain_policy_memory.hpp"
#include "tests/support/small_pipeline.hpp"

namespace vqlab::bench {
namespace {

constexpr std::uint32_t kQueues = 8;
constexpr std::uint32_t kTargets = 32;
constexpr std::uint32_t kDepth = 4;
constexpr std::uint32_t kPicks = 400'000;

// Hands out targets and vCPUs as the letter's 32 jobs do: each in turn, and now and then from another vCPU.
class PickLoad {
 public:
  PickLoad(const std::string& name, const PolicyEntry& entry)
      : memory_(calendar_, name, RandomStream(1, "policy/0"), kQueues, words_),
        policy_(entry.make({.queues = kQueues,
                            .vcpus = kQueues,
                            .targets = kTargets,
                            .luns_per_target = 1,
                            .commands_per_queue = 64,
                            .params = {},
                            .words = words_})) {}

  // Without picks it is what all the rest takes.
  template <bool Pick>
  void run() {
    for (std::uint32_t i = 0; i < kPicks; ++i) {
      const std::uint32_t target = i % kTargets;
      const std::uint32_t displaced = i % 19 == 0 ? 1 : 0;
      // A target has up to kDepth - 1 others in flight, and is idle every fourth time.
      const std::uint32_t in_flight = i / kTargets % kDepth;
      if (Pick && in_flight == 0) complete(target);
      const SteeringView view{.submitter = VcpuId((target + displaced) % kQueues),
                              .vcpus_online = kQueues,
                              .queues = kQueues,
                              .target = TargetId(target),
                              .lun = LunId(0),
                              .target_in_flight = in_flight,
                              .target_queue = queues_[target],
                              .memory = memory_};
      if constexpr (Pick) {
        const QueueId queue = policy_->pick(view);
        if (queue == kHold) continue;
        queues_[target] = queue;
        ++out_[target];
      }
      // The view is made, whether it is asked for or not.
      asm volatile("" : : "r"(&view) : "memory");
    }
  }

 private:
  void complete(std::uint32_t target) {
    for (; out_[target] > 0; --out_[target]) policy_->completed({TargetId(target), LunId(0), queues_[target], memory_});
  }

  PolicyWords words_;
  sim::Calendar calendar_;
  sim::PlainPolicyMemory memory_;
  std::unique_ptr<SteeringPolicy> policy_;
  std::vector<QueueId> queues_ = std::vector<QueueId>(kTargets);
  std::vector<std::uint32_t> out_ = std::vector<std::uint32_t>(kTargets);
};

template <bool Pick>
double seconds_of(PickLoad& load) {
  const double begin = test::cpu_seconds();
  load.run<Pick>();
  return test::cpu_seconds() - begin;
}

std::vector<Measured> policy_turn() {
  const auto& policies = Registry<PolicyEntry>::instance();
  std::vector<Measured> rows;
  for (const std::string& name : policies.names()) {
    PickLoad load(name, *policies.find(name));
    const double empty_s = seconds_of<false>(load);
    rows.push_back({"pick_" + name + "_ns", (seconds_of<true>(load) - empty_s) * 1e9 / kPicks, 1, "ns"});
  }
  return rows;
}

}  // namespace

RowGroup policy_rows() {
  return {"policies",
          "CPU time of one pick and its completion: " + std::to_string(kTargets) + " targets, " +
              std::to_string(kQueues) + " queues.",
          kTurns, policy_turn};
}

}  // namespace vqlab::bench

// What a new policy begins as. @name@ and @Class@ stand for its names.
#pragma once

namespace vqlab {

inline constexpr const char* kPolicyTemplate = R"(#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// In one sentence: which queue, and why there.
//
// The contract (models/steering/policy.hpp): pick() is called once for each command, with the lock held that the entry
// below names, and returns a queue below view.queues, or kHold while the target has commands in flight. It allocates
// nothing. All that changes lies in words that setup.words makes, and is read and written through view.memory, for
// other vCPUs do the same at the same time; the object itself never changes. The time is view.memory.now(), random
// bits are view.memory.draw(view.submitter). What one would vary is a parameter: see sticky_timeout.cpp, and
// docs/how-to/policy.md.
class @Class@ final : public SteeringPolicy {
 public:
  explicit @Class@(const PolicySetup&) {}

  QueueId pick(const SteeringView& view) const override { return QueueId(view.submitter.value % view.queues); }
};

const PolicyRegistration registered{
    "@name@",
    {.promise = OrderPromise::kNone,      // kPerLun or kPerTarget, once `vqlab order @name@` has proven it
     .cost = {.lock = PickLock::kNone},  // kTarget: pick() holds the target's lock
     .help = "What it does, in a sentence for `vqlab list policies`.",
     .source = "where the idea is from",
     .make = make_policy<@Class@>}};

}  // namespace
}  // namespace vqlab
)";

// (Not one literal: what begins a line like an include would be taken for one.)
inline constexpr const char* kPolicyTestTemplate =
    "#include <gtest/gtest.h>\n\n"
    "#include \"tests/conformance/steering_history.hpp\"\n"
    R"(
namespace vqlab::test {
namespace {

// What every policy must do is tested unasked. Here stands what makes this one worth having.
TEST(@Class@Policy, DoesWhatItIsFor) {
  SteeringHistory history("@name@", {.queues = 4, .vcpus = 4, .targets = 8, .luns = 4});
  const QueueId queue = history.submit(/*vcpu=*/1, /*target=*/0, /*lun=*/0);
  FAIL() << "say here which queue the command of target 0 must take, instead of queue " << queue.value;
}

}  // namespace
}  // namespace vqlab::test
)";

}  // namespace vqlab

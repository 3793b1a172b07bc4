// Policies that tests make, and what `vqlab order` finds out about them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "analysis/order/contract_check.hpp"
#include "analysis/order/explorer.hpp"

namespace vqlab::order {

#ifdef NDEBUG
inline constexpr std::uint32_t kBrokenPicks = kCheckedPicks / 5;  // enough, and sooner over
#else
inline constexpr std::uint32_t kBrokenPicks = 20'000;  // what is not optimised runs twenty times as long
#endif

inline QueueId own(const SteeringView& view) { return QueueId(view.submitter.value % view.queues); }

// What `vqlab order` finds out about a policy that promises the order of targets; it stops after the first if that has
// found something.
template <class Policy>
class Judged {
 public:
  explicit Judged(PickLock lock = PickLock::kTarget) {
    Registry<PolicyEntry>::instance().add("broken", {.promise = OrderPromise::kPerTarget,
                                                     .cost = {.lock = lock},
                                                     .help = "broken",
                                                     .source = "a test",
                                                     .make = make_policy<Policy>});
  }
  [[nodiscard]] std::optional<std::string> in_histories() const {
    return contract_fault("broken", *Registry<PolicyEntry>::instance().find("broken"), {}, kBrokenPicks);
  }
  [[nodiscard]] ExplorationResult explored(OrderBounds bounds = {}) const {
    bounds.policy = "broken";
    return explore(bounds, guest_driver, {.shorten = false});
  }
};

// What is wrong without LUNs is found sooner with one.
inline OrderBounds with_one_lun() {
  OrderBounds bounds;
  bounds.luns = 1;
  return bounds;
}

inline OrderBounds with_requests(std::uint32_t requests) {
  OrderBounds bounds;
  bounds.requests = requests;
  return bounds;
}

// A state of a target in one cache line.
struct TargetWords {
  PolicyWord reqs;
  PolicyWord queue;
  PolicyWord seq;
  PolicyWord rest_of_line[13];
};
class WithWords : public SteeringPolicy {
 public:
  explicit WithWords(const PolicySetup& setup) : targets_(setup.words.make<TargetWords>(setup.targets)) {}
  void completed(const SteeredCommand& command) const override {
    (void)command.memory.add(of(command.target).reqs, ~0u);
  }

 protected:
  [[nodiscard]] TargetWords& of(TargetId target) const { return targets_[target.index()]; }

 private:
  std::span<TargetWords> targets_;
};

}  // namespace vqlab::order

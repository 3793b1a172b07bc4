#include "analysis/order/growing_bounds.hpp"

#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/order/explorer.hpp"
#include "analysis/order/order_report.hpp"

namespace vqlab::order {
namespace {

// What tells the bounds from the first, in words.
std::string growth_of(const OrderBounds& bounds) {
  if (bounds.packed) return ", packed rings";
  if (bounds.hotplug > 0) return ", a vCPU that goes and returns";
  if (bounds.one_vector) return ", one vector for all queues";
  if (bounds.isolated > 0) return ", the last vCPU isolated";
  return "";
}

}  // namespace

std::vector<OrderBounds> growing_bounds(const OrderBounds& of) {
  OrderBounds first;
  first.policy = of.policy;
  first.called = of.called;
  first.params = of.params;
  first.driver = of.driver;
  first.promise = of.promise;
  first.requests = 2;
  OrderBounds usual = first;
  usual.requests = 3;
  OrderBounds packed = usual;
  packed.packed = true;
  OrderBounds devices = usual;
  devices.devices = devices.targets = 2;
  OrderBounds hotplug = usual;
  hotplug.hotplug = hotplug.luns = 1;
  OrderBounds one_vector = usual;
  one_vector.one_vector = true;
  one_vector.luns = 1;
  OrderBounds isolated = usual;  // two queues for three vCPUs
  isolated.vcpus = 3;
  isolated.isolated = isolated.luns = 1;
  OrderBounds longer = usual;
  longer.luns = 1;
  longer.requests = 4;
  return {first, usual, packed, devices, one_vector, isolated, hotplug, longer};
}

int explore_growing(const OrderBounds& of, const std::string& policy, double seconds, ExplorationOptions options) {
  using Steady = std::chrono::steady_clock;
  const Steady::time_point end =
      Steady::now() + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
  std::optional<std::pair<OrderBounds, ExplorationResult>> proven;  // the last
  const auto go_on = std::exchange(options.go_on, {});
  options.go_on = [&](std::uint64_t states, std::uint32_t depth) {
    return (!proven || Steady::now() < end) && go_on(states, depth);
  };
  std::vector<std::string> left;
  for (const OrderBounds& bounds : growing_bounds(of)) {
    const std::string what = describe(bounds) + growth_of(bounds);
    ExplorationResult result;
    if (left.empty()) result = explore(bounds, guest_driver, options);
    if (result.verdict == Verdict::kUndecided) {
      left.push_back(what);
      continue;
    }
    if (result.verdict != Verdict::kKept)
      return print_result(bounds, policy, result, static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
    answer_exploration(bounds, result);
    fmt::print("{} in all {:.3g} executions: {}\n",
               bounds.promise == OrderPromise::kNone ? "every command came back" : "order kept", result.executions,
               what);
    proven = {bounds, std::move(result)};
  }
  answer("not_explored", [&] { return left; });
  for (const std::string& what : left) fmt::print("not explored to its end in {:g} s: {}\n", seconds, what);
  if (proven) print_assumptions(proven->first, proven->second);
  return proven ? kExitGood : kExitFailed;
}

}  // namespace vqlab::order

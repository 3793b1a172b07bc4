#include <algorithm>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/invocation.hpp"
#include "analysis/app/number_range.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/order/contract_check.hpp"
#include "analysis/order/explorer.hpp"
#include "analysis/order/growing_bounds.hpp"
#include "analysis/order/order_report.hpp"
#include "analysis/order/order_trace.hpp"
#include "analysis/runs/idle_options.hpp"
#include "analysis/runs/memory.hpp"
#include "analysis/runs/policy_file.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/policy_choice.hpp"
#include "analysis/scenario/say_faults.hpp"
#include "models/command/driver_version.hpp"
#include "models/steering/policy.hpp"
#include "models/testbed/guest_driver.hpp"

namespace vqlab {
namespace {

using order::OrderBounds;

struct OrderArguments {
  OrderBounds bounds;
  std::string policy;
  std::string promise;
  std::string ring = "split";
  std::string replay;
  std::string trace;
  std::int64_t vectors = -1;
  std::uint64_t most_states = 0;
  double seconds = 0;  // for bounds that grow; 0: those that are given
  unsigned jobs = 0;
  Invocation invocation;
};

volatile std::sig_atomic_t interrupted = 0;

void check_range(const char* option, std::uint32_t value, std::uint32_t most, std::vector<Fault>& faults) {
  if (value < 1 || value > most)
    faults.push_back({FaultKind::kMeaning, option, "value", std::to_string(value), fmt::format("1 to {}", most), ""});
}

// Null, and a fault, if there is none of this name.
const DriverVersion* find_driver(const std::string& name, std::vector<Fault>& faults) {
  const auto& drivers = Registry<DriverVersion>::instance();
  const DriverVersion* const driver = drivers.find(name);
  if (driver == nullptr)
    faults.push_back(
        {FaultKind::kMeaning, "--driver", "name", name, one_of(drivers.names()), nearest_name(name, drivers.names())});
  return driver;
}

// What the driver's version cannot do.
void check_driver(const DriverVersion& version, const OrderBounds& bounds, std::vector<Fault>& faults) {
  if (version.policy != nullptr && bounds.policy != version.policy)
    faults.push_back({FaultKind::kMeaning, "POLICY", "name", bounds.policy,
                      fmt::format("{}, which driver {} has built in", version.policy, bounds.driver), ""});
  if (version.most_queues > 0) check_range("--queues", bounds.queues, version.most_queues, faults);
}

// Null, and faults, if it is none.
const PolicyEntry* choose_policy(OrderArguments& arguments, std::vector<Fault>& faults) {
  const std::vector<PolicyChoice> choices =
      read_policy_choices(load_policy_files({arguments.policy}, "POLICY", faults), "POLICY", faults);
  if (choices.empty()) return nullptr;
  const PolicyChoice& choice = choices.front();
  PointSpec spec;
  choice.choose(spec);
  arguments.bounds.policy = choice.policy;
  arguments.bounds.called = choice.text;
  arguments.bounds.params = spec.testbed.parts;
  return Registry<PolicyEntry>::instance().find(choice.policy);
}

// Enough vectors are what there is without the option.
void check_vectors(OrderArguments& arguments, std::vector<Fault>& faults) {
  const std::int64_t most = std::int64_t{arguments.bounds.queues_in_use()} + kOtherVirtqueues;
  arguments.bounds.one_vector = arguments.vectors >= kFewestVectors && arguments.vectors <= most;
  if (arguments.vectors == -1 || arguments.bounds.one_vector) return;
  faults.push_back(
      {arguments.vectors > most ? FaultKind::kEffect : FaultKind::kMeaning, "--vectors", "value",
       std::to_string(arguments.vectors),
       fmt::format("fewer than the driver wants, {} to {}, so that queues share one", kFewestVectors, most), ""});
}

std::vector<Fault> check(OrderArguments& arguments) {
  std::vector<Fault> faults;
  OrderBounds& bounds = arguments.bounds;
  const PolicyEntry* const policy = choose_policy(arguments, faults);
  const DriverVersion* const version = find_driver(bounds.driver, faults);
  if (version != nullptr) check_driver(*version, bounds, faults);
  check_range("--vcpus", bounds.vcpus, order::kMostVcpus, faults);
  check_range("--queues", bounds.queues, order::kMostQueues / (bounds.devices == order::kMostDevices ? 2 : 1), faults);
  check_range("--devices", bounds.devices, order::kMostDevices, faults);
  if (bounds.devices <= order::kMostDevices && bounds.devices > bounds.targets)
    faults.push_back({FaultKind::kEffect, "--devices", "value", std::to_string(bounds.devices),
                      fmt::format("at most one for each of the targets, 1 to {}", bounds.targets), ""});
  if (bounds.hotplug >= std::max(bounds.vcpus, 1u))
    faults.push_back({FaultKind::kMeaning, "--hotplug", "value", std::to_string(bounds.hotplug),
                      fmt::format("less than the vCPUs, 0 to {}", std::max(bounds.vcpus, 1u) - 1), ""});
  if (bounds.isolated >= std::max(bounds.vcpus, 1u))
    faults.push_back({FaultKind::kMeaning, "--isolated", "value", std::to_string(bounds.isolated),
                      fmt::format("less than the vCPUs, 0 to {}", std::max(bounds.vcpus, 1u) - 1), ""});
  else
    check_vectors(arguments, faults);
  const std::vector<std::string> rings{"split", "packed"};
  bounds.packed = arguments.ring == "packed";
  if (!bounds.packed && arguments.ring != "split")
    faults.push_back(
        {FaultKind::kMeaning, "--ring", "name", arguments.ring, one_of(rings), nearest_name(arguments.ring, rings)});
  check_range("--targets", bounds.targets, order::kMostTargets, faults);
  check_range("--luns", bounds.luns, order::kMostLuns, faults);
  check_range("--requests", bounds.requests, order::kMostRequests, faults);
  const std::vector<std::string> promises{"per_target", "per_lun", "none"};
  if (arguments.promise == "per_target")
    bounds.promise = OrderPromise::kPerTarget;
  else if (arguments.promise == "per_lun")
    bounds.promise = OrderPromise::kPerLun;
  else if (arguments.promise == "none")
    bounds.promise = OrderPromise::kNone;
  else if (!arguments.promise.empty())
    faults.push_back({FaultKind::kMeaning, "--promise", "name", arguments.promise, one_of(promises),
                      nearest_name(arguments.promise, promises)});
  else if (policy != nullptr && version != nullptr)
    // Who promises nothing is held to the least that there is.
    bounds.promise = std::max(OrderPromise::kPerLun, std::min(version->promise, policy->promise));
  if (!arguments.replay.empty())
    for (Fault& fault : idle_options(arguments.invocation, {"--jobs", "--most-states", "--seconds"}, "--replay"))
      faults.push_back(std::move(fault));
  if (arguments.seconds > 0)  // the bounds grow from their own first ones
    for (Fault& fault : idle_options(arguments.invocation,
                                     {"--vcpus", "--queues", "--devices", "--hotplug", "--isolated", "--vectors",
                                      "--ring", "--targets", "--luns", "--requests", "--no-event-idx", "--trace"},
                                     "--seconds"))
      faults.push_back(std::move(fault));
  const std::filesystem::path folder = std::filesystem::path(arguments.trace).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder))
    faults.push_back({FaultKind::kMeaning, "--trace", "file", arguments.trace, "a file in a folder that is there", ""});
  if (!arguments.replay.empty() && !order::choices_from(arguments.replay))
    faults.push_back({FaultKind::kMeaning, "--replay", "choices", arguments.replay,
                      "what a counterexample prints: numbers of words, a slash, and a letter for each step", ""});
  return faults;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

int explore_order(OrderArguments& arguments) {
  const std::vector<Fault> faults = check(arguments);
  say_faults(faults);
  if (!faults.empty()) return kExitBadInput;
  if (!arguments.replay.empty()) {
    const int code = order::print_replay(arguments.bounds, arguments.replay);
    if (!arguments.trace.empty() && code != kExitBadInput)
      order::write_trace(arguments.trace, arguments.bounds, *order::choices_from(arguments.replay));
    return code;
  }

  if (order::policy_is_asked(arguments.bounds)) {
    const OrderBounds& bounds = arguments.bounds;
    const PolicyEntry& policy = *Registry<PolicyEntry>::instance().find(bounds.policy);
    if (const auto fault = order::contract_fault(bounds.called, policy, bounds.params))
      return order::print_refusal(arguments.bounds, *fault);
  }
  // The first lets it say what is known; a policy that does not return hears none.
  for (const int signal : {SIGINT, SIGTERM})
    std::signal(signal, [](int) {
      if (interrupted != 0) _exit(kExitInterrupted);
      interrupted = 1;
    });
  const bool progress = !is_quiet() && isatty(STDERR_FILENO) == 1;
  order::ExplorationOptions options;
  if (arguments.most_states > 0) options.most_states = arguments.most_states;
  options.most_bytes = usable_memory();
  options.jobs = arguments.jobs == 0 ? usable_cpus() : arguments.jobs;
  options.go_on = [&](std::uint64_t states, std::uint32_t depth) {
    if (progress)
      fmt::print(stderr, "\r\033[K{} states{}, {:.0f} s of CPU time", states,
                 depth == 0 ? "" : fmt::format(", {} steps deep", depth), cpu_seconds());
    return interrupted == 0;
  };
  int code = kExitFailed;
  if (arguments.seconds > 0) {
    code = order::explore_growing(arguments.bounds, arguments.policy, arguments.seconds, options);
  } else {
    const order::ExplorationResult result = order::explore(arguments.bounds, order::guest_driver, options);
    if (progress) fmt::print(stderr, "\r\033[K");
    code = order::print_result(arguments.bounds, arguments.policy, result, cpu_seconds());
    if (!arguments.trace.empty() && result.counterexample.moves.empty())
      fmt::print("{}: not written, since there is no counterexample\n", arguments.trace);
    else if (!arguments.trace.empty())
      order::write_trace(arguments.trace, arguments.bounds, result.counterexample);
  }
  return interrupted != 0 ? kExitInterrupted : code;
}

void add_order_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("order", "Prove that a policy keeps commands in order, or show how it does not.");
  verb->footer(
      "\nExplores every interleaving of the driver's own code within the bounds: at each lock, counter, ring index,\n"
      "doorbell and interrupt any process may go on. Prints how many executions and states there are, or the\n"
      "shortest counterexample. A policy that breaks its contract is refused: in a million random picks, or while it\n"
      "is explored. docs/how-to/order.md explains what is and is not proven.\n"
      "\nExamples:\n"
      "  vqlab order target_sticky --vcpus 2 --queues 2 --targets 1 --luns 2 --requests 4\n"
      "  vqlab order per_vcpu\n"
      "  vqlab order single_queue --driver before --queues 1\n"
      "\nExit codes: 0 order is kept; 1 it is not, a command never comes back, the policy is refused, or\n"
      "its states need more memory than there is or were more than --most-states; 2 the input is wrong; 130 "
      "interrupted.");
  const auto arguments = std::make_shared<OrderArguments>();
  OrderBounds& bounds = arguments->bounds;
  verb->add_option("POLICY", arguments->policy, "Steering policy: NAME, NAME{key=value,...} or FILE.cpp.")->required();
  verb->add_option("--driver", bounds.driver, "Version of the driver (multiqueue).");
  verb->add_option("--vcpus", bounds.vcpus, "vCPUs, each of which submits (2).");
  verb->add_option("--queues", bounds.queues, "Request queues of each device (2).");
  verb->add_option("--devices", bounds.devices, "Devices, to which the targets are dealt out in turn (1).");
  verb->add_option("--hotplug", bounds.hotplug, "So many of the last vCPUs go offline and return, at any moment (0).");
  verb->add_option(
      "--isolated", bounds.isolated,
      "So many of the last vCPUs have neither queues nor interrupts, and submit to those of the others (0).");
  verb->add_option("--vectors", arguments->vectors,
                   "MSI-X vectors of each device, fewer than its queues and 3: all queues of a device share one (-1: "
                   "enough).");
  verb->add_option("--ring", arguments->ring, "Format of the rings: split or packed (split).");
  verb->add_option("--targets", bounds.targets, "Targets (1).");
  verb->add_option("--luns", bounds.luns, "LUNs of each target (2).");
  verb->add_option("--requests", bounds.requests,
                   "Requests, dealt out to the vCPUs in turn, and to the LUNs in pairs (3).");
  verb->add_option("--promise", arguments->promise,
                   "Whose commands must stay in order: per_target, per_lun or none; what policy and driver promise if "
                   "left out, per_lun if that is nothing.");
  verb->add_flag("!--no-event-idx", bounds.event_idx, "VIRTIO_F_EVENT_IDX is not negotiated.");
  verb->add_option("--most-states", arguments->most_states, "Give up beyond so many states.");
  verb->add_option("--seconds", arguments->seconds, "Explore bounds that grow, for so long; says which were explored.")
      ->check(work_seconds());
  verb->add_option("--replay", arguments->replay, "Show the execution that a counterexample's choices lead to.");
  verb->add_option("--trace", arguments->trace,
                   "Write the counterexample, or the execution of --replay, to this file, as `vqlab trace` does.");
  verb->add_option("--jobs", arguments->jobs, "Threads that explore; one for each CPU if left out.")
      ->check(NumberRange(1u, 4096u));
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = explore_order(*arguments);
  });
}

const VerbRegistration order_verb{"order", {VerbGroup::kProve, add_order_verb}};

}  // namespace
}  // namespace vqlab

#include <algorithm>
#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/order/contract_check.hpp"
#include "analysis/order/explorer.hpp"
#include "analysis/runs/idle_options.hpp"
#include "analysis/runs/memory.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "analysis/scenario/fault.hpp"
#include "models/command/driver_version.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

using order::ExplorationResult;
using order::OrderBounds;
using order::Verdict;

struct OrderArguments {
  OrderBounds bounds;
  std::string promise;
  std::string ring = "split";
  std::string replay;
  std::uint64_t most_states = 0;
  unsigned jobs = 0;
  bool quiet = false;
  Invocation invocation;
};

volatile std::sig_atomic_t interrupted = 0;

void check_range(const char* option, std::uint32_t value, std::uint32_t most, std::vector<Fault>& faults) {
  if (value < 1 || value > most)
    faults.push_back({FaultKind::kMeaning, option, "value", std::to_string(value), fmt::format("1 to {}", most), ""});
}

// Null, and a fault, if there is none of this name.
template <class Entry>
const Entry* find_named(const char* option, const std::string& name, std::vector<Fault>& faults) {
  const auto& entries = Registry<Entry>::instance();
  const Entry* const entry = entries.find(name);
  if (entry == nullptr)
    faults.push_back(
        {FaultKind::kMeaning, option, "name", name, one_of(entries.names()), nearest_name(name, entries.names())});
  return entry;
}

// What the driver's version cannot do.
void check_driver(const DriverVersion& version, const OrderBounds& bounds, std::vector<Fault>& faults) {
  if (version.policy != nullptr && bounds.policy != version.policy)
    faults.push_back({FaultKind::kMeaning, "POLICY", "name", bounds.policy,
                      fmt::format("{}, which driver {} has built in", version.policy, bounds.driver), ""});
  if (version.most_queues > 0) check_range("--queues", bounds.queues, version.most_queues, faults);
}

std::vector<Fault> check(OrderArguments& arguments) {
  std::vector<Fault> faults;
  OrderBounds& bounds = arguments.bounds;
  const PolicyEntry* const policy = find_named<PolicyEntry>("POLICY", bounds.policy, faults);
  const DriverVersion* const version = find_named<DriverVersion>("--driver", bounds.driver, faults);
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
  const std::vector<std::string> rings{"split", "packed"};
  bounds.packed = arguments.ring == "packed";
  if (!bounds.packed && arguments.ring != "split")
    faults.push_back(
        {FaultKind::kMeaning, "--ring", "name", arguments.ring, one_of(rings), nearest_name(arguments.ring, rings)});
  check_range("--targets", bounds.targets, order::kMostTargets, faults);
  check_range("--luns", bounds.luns, order::kMostLuns, faults);
  check_range("--requests", bounds.requests, order::kMostRequests, faults);
  const std::vector<std::string> promises{"per_target", "per_lun"};
  if (arguments.promise == "per_target")
    bounds.promise = OrderPromise::kPerTarget;
  else if (arguments.promise == "per_lun")
    bounds.promise = OrderPromise::kPerLun;
  else if (!arguments.promise.empty())
    faults.push_back({FaultKind::kMeaning, "--promise", "name", arguments.promise, one_of(promises),
                      nearest_name(arguments.promise, promises)});
  else if (policy != nullptr && version != nullptr)
    // Who promises nothing is held to the least that there is.
    bounds.promise = std::max(OrderPromise::kPerLun, std::min(version->promise, policy->promise));
  if (!arguments.replay.empty())
    for (Fault& fault : idle_options(arguments.invocation, {"--jobs", "--most-states"}, "--replay"))
      faults.push_back(std::move(fault));
  if (!arguments.replay.empty() && !order::choices_from(arguments.replay))
    faults.push_back({FaultKind::kMeaning, "--replay", "choices", arguments.replay,
                      "what a counterexample prints: numbers of words, a slash, and a letter for each step", ""});
  return faults;
}

std::string plural(std::uint32_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string describe(const OrderBounds& bounds) {
  return fmt::format("{} in driver {}: up to {} from {} over {}, to {} of {}", bounds.policy, bounds.driver,
                     plural(bounds.requests, "request"), plural(bounds.vcpus, "vCPU"),
                     plural(bounds.queues, "queue") + (bounds.devices > 1 ? " of each of 2 devices" : ""),
                     plural(bounds.targets, "target"),
                     plural(bounds.luns, "LUN") + (bounds.targets > 1 ? " each" : ""));
}

// Which request goes where.
std::string describe_units(const OrderBounds& bounds) {
  std::vector<std::string> units;
  for (std::uint32_t target = 0; target < bounds.targets; ++target)
    for (std::uint32_t lun = 0; lun < bounds.luns; ++lun) {
      std::vector<std::uint32_t> requests;
      for (std::uint32_t request = 0; request < bounds.requests; ++request)
        if (bounds.target_of(request) == target && bounds.lun_of(request) == lun) requests.push_back(request);
      units.push_back(fmt::format("LUN {} of target {} gets {}", lun, target,
                                  requests.empty() ? "none" : fmt::format("{}", fmt::join(requests, ", "))));
    }
  return fmt::format("{}", fmt::join(units, "; "));
}

bool policy_is_asked(const OrderBounds& bounds) {
  return bounds.queues > 1 && !Registry<DriverVersion>::instance().find(bounds.driver)->tags;
}

void print_assumptions(const OrderBounds& bounds, const ExplorationResult& result) {
  fmt::print("  what this rests on:\n");
  fmt::print("  - nothing beyond these bounds was explored: more requests, vCPUs, queues, targets or LUNs\n");
  fmt::print("  - request r comes from vCPU r modulo {}; {}\n", bounds.vcpus, describe_units(bounds));
  fmt::print("  - {}; {} rings, no indirect descriptors, event index {}{}\n",
             bounds.devices > 1 ? "two devices, with targets dealt out in turn" : "one device",
             bounds.packed ? "packed" : "split", bounds.event_idx ? "negotiated" : "not negotiated",
             bounds.hotplug == 0 ? "; no vCPU comes or goes" : "");
  if (bounds.hotplug > 0)
    fmt::print("  - the last {} offline and {}, once, at any moment\n",
               bounds.hotplug == 1 ? "vCPU goes" : fmt::format("{} vCPUs go", bounds.hotplug),
               bounds.hotplug == 1 ? "returns" : "return together");
  fmt::print("  - memory is sequentially consistent\n");
  fmt::print("  - between two looks at the clock no time passes, or an hour; random draws are those of one seed\n");
  if (policy_is_asked(bounds))
    fmt::print(
        "  - the policy keeps what changes in setup.words alone: nothing else was seen in {} random picks and\n"
        "    {} commands of one target in flight, nor in any execution\n",
        order::kCheckedPicks, order::kDeepInFlight);
  else
    fmt::print("  - no policy is asked: {}\n", bounds.queues > 1 ? "blk-mq picks the queue" : "there is one queue");
  fmt::print(
      "  - executions that differ only in the order of independent steps are one: processes are switched at every "
      "lock,\n"
      "    doorbell and interrupt, and at accesses to these words (no two of any other word, one of them a store, are\n"
      "    ever unordered):\n");
  for (const std::string& word : result.words) fmt::print("      {}\n", word);
}

const char* unit_of(const OrderBounds& bounds) { return bounds.promise == OrderPromise::kPerLun ? "LUN" : "target"; }

std::string command_for(const OrderBounds& bounds, const std::string& choices) {
  std::string command =
      fmt::format("vqlab order {} --driver {} --vcpus {} --queues {} --targets {} --luns {} --requests {} --promise {}",
                  bounds.policy, bounds.driver, bounds.vcpus, bounds.queues, bounds.targets, bounds.luns,
                  bounds.requests, bounds.promise == OrderPromise::kPerLun ? "per_lun" : "per_target");
  if (!bounds.event_idx) command += " --no-event-idx";
  if (bounds.packed) command += " --ring packed";
  if (bounds.devices > 1) command += fmt::format(" --devices {}", bounds.devices);
  if (bounds.hotplug > 0) command += fmt::format(" --hotplug {}", bounds.hotplug);
  return command + " --replay " + choices;
}

void print_timeline(const std::vector<order::LogLine>& log) {
  std::size_t widest = 0;
  for (const order::LogLine& line : log) widest = std::max(widest, line.who.size());
  std::string last;
  for (const order::LogLine& line : log) {
    fmt::print("  {:<{}}  {}\n", line.who == last ? "" : line.who, widest, line.what);
    last = line.who;
  }
}

int print_refusal(const OrderBounds& bounds, const std::string& what) {
  fmt::print("refused: policy {} breaks its contract, so nothing is proven: {}\n", bounds.policy, what);
  return kExitFailed;
}

// What went wrong, if anything did.
int print_replay(const OrderBounds& bounds, const std::string& text) {
  const order::Replay replay = order::replay(bounds, order::guest_driver, *order::choices_from(text));
  print_timeline(replay.log);
  if (replay.refused) return print_refusal(bounds, *replay.refused);
  if (replay.impossible_at > 0) {
    fmt::print(stderr, "vqlab: step {} of --replay is not possible there; the choices belong to other bounds\n",
               replay.impossible_at);
    return kExitBadInput;
  }
  if (replay.reordering) fmt::print("order is broken: {}\n", order::describe(*replay.reordering));
  if (replay.stuck) fmt::print("stuck: {}\n", *replay.stuck);
  if (!replay.reordering && !replay.stuck) fmt::print("nothing has gone wrong up to here\n");
  return replay.reordering || replay.stuck ? kExitFailed : kExitGood;
}

int print_result(const OrderBounds& bounds, const ExplorationResult& result, double cpu_s) {
  // Threads that were stopped know no more than how many states they have seen.
  const std::string steps =
      result.steps == 0 ? "" : fmt::format(", {} steps, longest execution {} steps", result.steps, result.longest);
  const std::string seen = fmt::format("{} states{}, {:.1f} s of CPU time", result.states, steps, cpu_s);
  switch (result.verdict) {
    case Verdict::kKept:
      fmt::print(
          "order kept in all {:.{}g} executions within these bounds, and every command came back\n"
          "  {}\n  commands of one {} are taken in the order in which they were queued\n  {}\n",
          result.executions, result.executions < 1e6 ? 6 : 3, describe(bounds), unit_of(bounds), seen);
      print_assumptions(bounds, result);
      return kExitGood;
    case Verdict::kRefused: return print_refusal(bounds, result.what);
    case Verdict::kReordered:
    case Verdict::kStuck:
      fmt::print("{}: {}\n  {}\n  {}{} steps:\n\n", result.verdict == Verdict::kStuck ? "stuck" : "order is broken",
                 result.what, describe(bounds),
                 result.shortest ? "the shortest such execution has " : "an execution of (there may be a shorter one) ",
                 result.counterexample.moves.size());
      print_timeline(order::replay(bounds, order::guest_driver, result.counterexample).log);
      fmt::print("\nto see it again: {}\n", command_for(bounds, to_string(result.counterexample)));
      return kExitFailed;
    case Verdict::kUndecided: break;
  }
  const std::string why = result.out_of_memory ? "all states need more than the " + bytes_text(usable_memory()) +
                                                     " of memory that there are"
                                               : "stopped before all states were seen";
  fmt::print("not decided: {}; nothing wrong so far\n  {}\n  {}\n", why, describe(bounds), seen);
  return interrupted != 0 ? kExitInterrupted : kExitFailed;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

int explore_order(OrderArguments& arguments) {
  const std::vector<Fault> faults = check(arguments);
  for (const Fault& fault : faults) std::cerr << to_string(fault) << "\n";
  if (!faults.empty()) return kExitBadInput;
  if (!arguments.replay.empty()) return print_replay(arguments.bounds, arguments.replay);

  if (policy_is_asked(arguments.bounds)) {
    const std::string& policy = arguments.bounds.policy;
    if (const auto fault = order::contract_fault(policy, *Registry<PolicyEntry>::instance().find(policy)))
      return print_refusal(arguments.bounds, *fault);
  }
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  const bool progress = !arguments.quiet && isatty(STDERR_FILENO) == 1;
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
  const ExplorationResult result = order::explore(arguments.bounds, order::guest_driver, options);
  if (progress) fmt::print(stderr, "\r\033[K");
  return print_result(arguments.bounds, result, cpu_seconds());
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
  verb->add_option("POLICY", bounds.policy, "Steering policy.")->required();
  verb->add_option("--driver", bounds.driver, "Version of the driver (multiqueue).");
  verb->add_option("--vcpus", bounds.vcpus, "vCPUs, each of which submits (2).");
  verb->add_option("--queues", bounds.queues, "Request queues of each device (2).");
  verb->add_option("--devices", bounds.devices, "Devices, to which the targets are dealt out in turn (1).");
  verb->add_option("--hotplug", bounds.hotplug, "So many of the last vCPUs go offline and return, at any moment (0).");
  verb->add_option("--ring", arguments->ring, "Format of the rings: split or packed (split).");
  verb->add_option("--targets", bounds.targets, "Targets (1).");
  verb->add_option("--luns", bounds.luns, "LUNs of each target (2).");
  verb->add_option("--requests", bounds.requests,
                   "Requests, dealt out to the vCPUs in turn, and to the LUNs in pairs (3).");
  verb->add_option("--promise", arguments->promise,
                   "Whose commands must stay in order: per_target or per_lun; what policy and driver promise if left "
                   "out, per_lun if that is nothing.");
  verb->add_flag("!--no-event-idx", bounds.event_idx, "VIRTIO_F_EVENT_IDX is not negotiated.");
  verb->add_option("--most-states", arguments->most_states, "Give up beyond so many states.");
  verb->add_option("--replay", arguments->replay, "Show the execution that a counterexample's choices lead to.");
  verb->add_option("--jobs", arguments->jobs, "Threads that explore; one for each CPU if left out.")
      ->check(CLI::Range(1u, 4096u));
  verb->add_flag("--quiet", arguments->quiet, "Show no progress.");
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = explore_order(*arguments);
  });
}

const VerbRegistration order_verb{"order", {VerbGroup::kProve, add_order_verb}};

}  // namespace
}  // namespace vqlab

#include "analysis/order/order_report.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/order/contract_check.hpp"
#include "analysis/runs/memory.hpp"
#include "models/command/driver_version.hpp"
#include "models/testbed/guest_driver.hpp"

namespace vqlab::order {
namespace {

std::string plural(std::uint32_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

const char* promise_word(OrderPromise promise) {
  switch (promise) {
    case OrderPromise::kNone: return "none";
    case OrderPromise::kPerLun: return "per_lun";
    case OrderPromise::kPerTarget: break;
  }
  return "per_target";
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

// What the bounds' promise says of the commands.
std::string promise_kept(const OrderBounds& bounds) {
  if (bounds.promise == OrderPromise::kNone) return "no order is promised";
  return fmt::format("commands of one {} are taken in the order in which they were queued",
                     bounds.promise == OrderPromise::kPerLun ? "LUN" : "target");
}

std::string command_for(const OrderBounds& bounds, const std::string& policy, const std::string& choices) {
  std::string command =
      fmt::format("vqlab order {} --driver {} --vcpus {} --queues {} --targets {} --luns {} --requests {} --promise {}",
                  shell_word(policy), bounds.driver, bounds.vcpus, bounds.queues, bounds.targets, bounds.luns,
                  bounds.requests, promise_word(bounds.promise));
  if (!bounds.event_idx) command += " --no-event-idx";
  if (bounds.packed) command += " --ring packed";
  if (bounds.devices > 1) command += fmt::format(" --devices {}", bounds.devices);
  if (bounds.hotplug > 0) command += fmt::format(" --hotplug {}", bounds.hotplug);
  if (bounds.isolated > 0) command += fmt::format(" --isolated {}", bounds.isolated);
  if (bounds.one_vector) command += fmt::format(" --vectors {}", kFewestVectors);
  return command + " --replay " + choices;
}

void print_timeline(const std::vector<LogLine>& log) {
  std::size_t widest = 0;
  for (const LogLine& line : log) widest = std::max(widest, line.who.size());
  std::string last;
  for (const LogLine& line : log) {
    fmt::print("  {:<{}}  {}\n", line.who == last ? "" : line.who, widest, line.what);
    last = line.who;
  }
}

const char* verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::kKept: return "kept";
    case Verdict::kReordered: return "reordered";
    case Verdict::kStuck: return "stuck";
    case Verdict::kRefused: return "refused";
    case Verdict::kUndecided: break;
  }
  return "undecided";
}

AnswerJson bounds_json(const OrderBounds& bounds) {
  return {{"policy", bounds.called},
          {"driver", bounds.driver},
          {"vcpus", bounds.vcpus},
          {"queues", bounds.queues},
          {"devices", bounds.devices},
          {"targets", bounds.targets},
          {"luns", bounds.luns},
          {"requests", bounds.requests},
          {"promise", promise_word(bounds.promise)},
          {"ring", bounds.packed ? "packed" : "split"},
          {"event_idx", bounds.event_idx},
          {"hotplug", bounds.hotplug},
          {"isolated", bounds.isolated},
          {"one_vector", bounds.one_vector}};
}

AnswerJson steps_json(const std::vector<LogLine>& log) {
  AnswerJson steps = AnswerJson::array();
  for (const LogLine& line : log) steps.push_back({{"who", line.who}, {"what", line.what}});
  return steps;
}

void show_counterexample(const OrderBounds& bounds, const std::string& policy, const Choices& choices) {
  const std::vector<LogLine> log = replay(bounds, guest_driver, choices).log;
  const std::string command = command_for(bounds, policy, to_string(choices));
  print_timeline(log);
  fmt::print("\nto see it again: {}\n", command);
  answer("counterexample", [&] {
    return AnswerJson{{"choices", to_string(choices)}, {"steps", steps_json(log)}, {"command", command}};
  });
}

void answer_verdict(const OrderBounds& bounds, Verdict verdict, const std::string& what) {
  answer("policy", [&] { return bounds.called; });
  answer("verdict", [&] { return verdict_word(verdict); });
  answer("what", [&] { return what; });
}

}  // namespace

void answer_exploration(const OrderBounds& bounds, const ExplorationResult& result) {
  answer_verdict(bounds, result.verdict, result.what);
  answer_more("explored", [&] {
    return AnswerJson{{"bounds", bounds_json(bounds)},   {"verdict", verdict_word(result.verdict)},
                      {"executions", result.executions}, {"states", result.states},
                      {"steps", result.steps},           {"longest_execution", result.longest}};
  });
}

std::string describe(const OrderBounds& bounds) {
  return fmt::format("{} in driver {}: up to {} from {} over {}, to {} of {}", bounds.called, bounds.driver,
                     plural(bounds.requests, "request"), plural(bounds.vcpus, "vCPU"),
                     plural(bounds.queues_in_use(), "queue") + (bounds.devices > 1 ? " of each of 2 devices" : ""),
                     plural(bounds.targets, "target"),
                     plural(bounds.luns, "LUN") + (bounds.targets > 1 ? " each" : ""));
}

bool policy_is_asked(const OrderBounds& bounds) {
  return bounds.queues_in_use() > 1 && !Registry<DriverVersion>::instance().find(bounds.driver)->tags;
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
  if (bounds.isolated > 0)
    fmt::print("  - the last {} isolated: {} queue{} of each device in use, interrupts on the other vCPUs\n",
               bounds.isolated == 1 ? "vCPU is" : fmt::format("{} vCPUs are", bounds.isolated), bounds.queues_in_use(),
               bounds.queues_in_use() == 1 ? "" : "s");
  if (bounds.one_vector) fmt::print("  - all queues of a device share one interrupt vector\n");
  fmt::print("  - memory is sequentially consistent\n");
  fmt::print("  - between two looks at the clock no time passes, or an hour; random draws are those of one seed\n");
  if (policy_is_asked(bounds))
    fmt::print(
        "  - the policy keeps what changes in setup.words alone: nothing else was seen in {} random picks and\n"
        "    {} commands of one target in flight, nor in any execution\n",
        kCheckedPicks, kDeepInFlight);
  else
    fmt::print("  - no policy is asked: {}\n",
               bounds.queues_in_use() > 1 ? "blk-mq picks the queue" : "there is one queue");
  fmt::print(
      "  - executions that differ only in the order of independent steps are one: processes are switched at every "
      "lock,\n"
      "    doorbell and interrupt, and at accesses to these words (no two of any other word, one of them a store, are\n"
      "    ever unordered):\n");
  for (const std::string& word : result.words) fmt::print("      {}\n", word);
}

int print_refusal(const OrderBounds& bounds, const std::string& what) {
  fmt::print("refused: policy {} breaks its contract, so nothing is proven: {}\n", bounds.called, what);
  answer_verdict(bounds, Verdict::kRefused, what);
  return kExitFailed;
}

// What went wrong, if anything did.
int print_replay(const OrderBounds& bounds, const std::string& text) {
  const Replay replay = order::replay(bounds, guest_driver, *choices_from(text));
  print_timeline(replay.log);
  if (replay.refused) return print_refusal(bounds, *replay.refused);
  if (replay.impossible_at > 0) {
    throw Refused(fmt::format("--replay: found step {}, which is not possible there; accepted: choices of these bounds",
                              replay.impossible_at));
  }
  answer_verdict(bounds,
                 replay.reordering ? Verdict::kReordered
                 : replay.stuck    ? Verdict::kStuck
                                   : Verdict::kUndecided,
                 replay.reordering ? describe(*replay.reordering) : replay.stuck.value_or(""));
  answer("counterexample", [&] { return AnswerJson{{"choices", text}, {"steps", steps_json(replay.log)}}; });
  if (replay.reordering) fmt::print("order is broken: {}\n", describe(*replay.reordering));
  if (replay.stuck) fmt::print("stuck: {}\n", *replay.stuck);
  if (!replay.reordering && !replay.stuck) fmt::print("nothing has gone wrong up to here\n");
  return replay.reordering || replay.stuck ? kExitFailed : kExitGood;
}

int print_result(const OrderBounds& bounds, const std::string& policy, const ExplorationResult& result, double cpu_s) {
  // Threads that were stopped know no more than how many states they have seen.
  const std::string steps =
      result.steps == 0 ? "" : fmt::format(", {} steps, longest execution {} steps", result.steps, result.longest);
  const std::string seen = fmt::format("{} states{}, {:.1f} s of CPU time", result.states, steps, cpu_s);
  answer_exploration(bounds, result);
  switch (result.verdict) {
    case Verdict::kKept:
      fmt::print(
          "{} in all {:.{}g} executions within these bounds{}\n"
          "  {}\n  {}\n  {}\n",
          bounds.promise == OrderPromise::kNone ? "every command came back" : "order kept", result.executions,
          result.executions < 1e6 ? 6 : 3, bounds.promise == OrderPromise::kNone ? "" : ", and every command came back",
          describe(bounds), promise_kept(bounds), seen);
      print_assumptions(bounds, result);
      return kExitGood;
    case Verdict::kRefused: return print_refusal(bounds, result.what);
    case Verdict::kReordered:
    case Verdict::kStuck:
      fmt::print("{}: {}\n  {}\n  {}{} steps:\n\n", result.verdict == Verdict::kStuck ? "stuck" : "order is broken",
                 result.what, describe(bounds),
                 result.shortest ? "the shortest such execution has " : "an execution of (there may be a shorter one) ",
                 result.counterexample.moves.size());
      show_counterexample(bounds, policy, result.counterexample);
      return kExitFailed;
    case Verdict::kUndecided: break;
  }
  const std::string why = result.out_of_memory ? "all states need more than the " + bytes_text(usable_memory()) +
                                                     " of memory that there are"
                                               : "stopped before all states were seen";
  fmt::print("not decided: {}; nothing wrong so far\n  {}\n  {}\n", why, describe(bounds), seen);
  return kExitFailed;
}

}  // namespace vqlab::order

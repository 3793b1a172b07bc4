#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/ring/replay/replay.hpp"
#include "analysis/ring/replay/trace.hpp"
#include "analysis/ring/ring.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

std::string verdict(const RingTrace& trace, const std::optional<StepDifference>& different) {
  if (!different) return fmt::format("ok, {} steps", trace.steps.size());
  const auto& [step, operation, difference] = *different;
  const std::string where = step == 0 ? "in the initial state" : fmt::format("at step {}, {}", step, operation);
  return fmt::format("differs {}: {}: expected {}, found {}", where, difference.field, difference.expected,
                     difference.found);
}

AnswerJson trace_json(const std::string& file, const RingTrace& trace, const std::optional<StepDifference>& different) {
  AnswerJson json{{"file", file}, {"steps", trace.steps.size()}, {"agrees", !different}};
  if (different)
    json["difference"] = {{"step", different->step},
                          {"operation", different->operation},
                          {"field", different->difference.field},
                          {"expected", different->difference.expected},
                          {"found", different->difference.found}};
  return json;
}

int replay_files(const std::vector<std::string>& files) {
  bool differs = false;
  bool malformed = false;
  for (const std::string& file : files) {
    const TraceOrFaults loaded = load_trace(file);
    say_faults(loaded.faults);
    malformed = malformed || !loaded.trace;
    if (!loaded.trace) continue;
    const auto different = replay(*loaded.trace);
    differs = differs || different;
    std::cout << file << ": " << verdict(*loaded.trace, different) << "\n";
    answer_more("traces", [&] { return trace_json(file, *loaded.trace, different); });
  }
  return differs ? kExitFailed : malformed ? kExitBadInput : kExitGood;
}

}  // namespace

void add_ring_replay(CLI::App& ring, int& code) {
  CLI::App* verb = ring.add_subcommand("replay", "Replay recorded ring traces on our driver and device side.");
  std::string footer =
      "\nAfter every step the operation's result, both sides' state and every byte of descriptors, rings and indirect\n"
      "tables are compared with what was recorded. One line for each file: ok, or the first step that differs.\n"
      "The form of traces: docs/reference/ring_traces.md. Operations:\n";
  for (const std::string& form : operation_forms()) footer += "  " + form + "\n";
  footer +=
      "\nExample:\n"
      "  vqlab ring replay tests/golden/linux/*.json.gz\n"
      "\nExit codes: 0 all agree; 1 at least one differs; 2 none differs, but a file is no trace.";
  verb->footer(footer);
  const auto files = std::make_shared<std::vector<std::string>>();
  verb->add_option("FILE", *files, "Traces: JSON, plain or gzip.")->required();
  verb->callback([files, &code] { code = replay_files(*files); });
}

}  // namespace vqlab

// The verbs of the command line. Each question of analysis/ registers its own, in its own folder:
//
//   void add_ablate_verb(CLI::App& app, int& code) {
//     CLI::App* verb = app.add_subcommand("ablate", "Switch off each mechanism of a study: what does it do?");
//     verb->callback([&code] { code = kExitGood; });
//   }
//   const VerbRegistration ablate_verb{"ablate", {VerbGroup::kAsk, add_ablate_verb}};
//
// The folder has the verb's name, with _ for -, and in answer_schema.json what the verb answers with --json.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>

#include "analysis/app/exit_code.hpp"
#include "models/base/registry.hpp"

namespace vqlab {

// Under which heading `vqlab --help` lists a verb, in this order.
enum class VerbGroup : std::uint8_t { kRun, kAsk, kProve, kLookUp, kExtend };

struct Verb {
  VerbGroup group;
  // Adds a subcommand of the registered name to `app`. Where it is called, its exit code goes to `code`, which outlives
  // `app`.
  void (*add)(CLI::App& app, int& code);
  // Whether it has --json; not what a shell or a cluster calls.
  bool answers = true;
};

using VerbRegistration = Registration<Verb>;

}  // namespace vqlab

#include "models/steering/policy.hpp"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/command_line.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/list_option.hpp"
#include "analysis/app/number_range.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/crash_guard.hpp"
#include "analysis/runs/policy_file.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/policy_choice.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kGrace = 60;  // seconds in which a million picks and the last states surely end

struct TryArguments {
  std::string policy;
  std::string study;     // empty: the one of the tutorial
  std::string baseline;  // empty: that of `vqlab compare`
  std::string metric;
  std::string out;     // empty: results/NAME_try
  double seconds = 3;  // that order may take
  unsigned jobs = 0;
  std::vector<std::string> overrides;
  std::vector<std::string> seeds;
  bool no_figures = false;
  bool no_cache = false;
};

// The policy itself, by the name that it has registered under. Nothing, and faults, if it cannot be had.
const PolicyEntry* load(const TryArguments& arguments, std::string& name) {
  std::vector<Fault> faults;
  const auto begin = std::chrono::steady_clock::now();
  // Both files, before anybody asks for parameters.
  const std::vector<std::string> words = load_policy_files({arguments.policy}, "FILE", faults);
  if (!arguments.baseline.empty()) (void)load_policy_files({arguments.baseline}, "--baseline", faults);
  const std::vector<PolicyChoice> choices = read_policy_choices(words, "FILE", faults);
  say_faults(faults);
  if (!faults.empty()) return nullptr;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  if (names_policy_file(arguments.policy))
    say_note(fmt::format("vqlab: {} compiled and loaded in {:.1f} s", arguments.policy, taken.count()));
  name = choices.front().policy;
  return Registry<PolicyEntry>::instance().find(name);
}

void add_option(std::vector<std::string>& words, const std::string& option, const std::string& value) {
  if (!value.empty()) words.insert(words.end(), {option, value});
}

int prove(const TryArguments& arguments, const PolicyEntry& policy) {
  std::vector<std::string> words{"order", arguments.policy, "--seconds", fmt::format("{:g}", arguments.seconds)};
  // That of who promises nothing need not be kept: every command has to come back.
  if (policy.promise == OrderPromise::kNone) words.insert(words.end(), {"--promise", "none"});
  if (arguments.jobs > 0) add_option(words, "--jobs", std::to_string(arguments.jobs));
  std::optional<HangGuard> guard;
  if (names_policy_file(arguments.policy))
    guard.emplace(arguments.policy, static_cast<unsigned>(std::ceil(arguments.seconds)) + kGrace);
  return run_verb(words);
}

int compare(const TryArguments& arguments, const std::string& name) {
  const std::string study =
      arguments.study.empty() ? (home() / "scenarios/tutorial/03_two_curves.json").string() : arguments.study;
  const fs::path out = arguments.out.empty() ? fs::path("results") / (name + "_try") : fs::path(arguments.out);
  // What was there is of other code, which nobody wants back.
  std::vector<std::string> words{"compare", study, "--policy", arguments.policy, "--out", out.string(), "--force"};
  add_option(words, "--baseline", arguments.baseline);
  add_option(words, "--metric", arguments.metric);
  add_option(words, "--seeds", joined_words(arguments.seeds));
  for (const std::string& one : arguments.overrides) add_option(words, "--set", one);
  if (arguments.jobs > 0) add_option(words, "--jobs", std::to_string(arguments.jobs));
  if (arguments.no_figures) words.emplace_back("--no-figures");
  if (arguments.no_cache) words.emplace_back("--no-cache");
  return run_verb(words);
}

int try_policy(const TryArguments& arguments) {
  std::string name;
  const PolicyEntry* const policy = load(arguments, name);
  if (policy == nullptr) return kExitBadInput;
  if (const int code = prove(arguments, *policy); code != kExitGood) return code;
  fmt::print("\n");
  return compare(arguments, name);
}

void add_try(CLI::App& policy, int& code) {
  CLI::App* verb = policy.add_subcommand("try", "Compile a policy's file, prove its order, run a study and judge it.");
  verb->footer(
      "\nCompiles the file as a shared object, as it is, wherever it lies, and loads it; nothing is edited or kept.\n"
      "Then `vqlab order FILE --seconds S`, and `vqlab compare STUDY --policy FILE`. A policy that breaks its "
      "contract\n"
      "or its promise is not compared. docs/how-to/policy.md goes through it.\n"
      "\nExamples:\n"
      "  vqlab policy try mine.cpp\n"
      "  vqlab policy try 'mine.cpp{row=4}' scenarios/studies/multiqueue_2012.json --baseline mine.cpp\n"
      "\nExit codes: those of order and compare; 2, too, if the file does not compile.");
  const auto arguments = std::make_shared<TryArguments>();
  verb->add_option("FILE", arguments->policy,
                   "File of a policy, FILE.cpp or FILE.cpp{key=value,...}; or a policy's name.")
      ->required();
  verb->add_option("STUDY", arguments->study, "Scenario file; scenarios/tutorial/03_two_curves.json if left out.");
  verb->add_option("--baseline", arguments->baseline,
                   "Policy to compare with; target_sticky, the letter's, if left out.");
  verb->add_option("--metric", arguments->metric, "What the tables rank by.");
  verb->add_option("--seconds", arguments->seconds, "How long order is explored.")
      ->check(work_seconds())
      ->capture_default_str();
  verb->add_option("--out", arguments->out,
                   "Result directory; results/NAME_try if left out. What is there is replaced.");
  add_repeated(*verb, "--set", arguments->overrides, "Override a value of the study, path=value; may be repeated.");
  add_list(*verb, "--seeds", arguments->seeds, "Seeds, such as 1,2,3; if left out, as in `vqlab compare`.");
  verb->add_option("--jobs", arguments->jobs, "Simulations, and threads that explore; one for each CPU if left out.")
      ->check(NumberRange(1u, 4096u));
  verb->add_flag("--no-figures", arguments->no_figures, "Draw no figures.");
  verb->add_flag("--no-cache", arguments->no_cache, "Simulate every point, whether it was simulated before or not.");
  verb->callback([arguments, &code] { code = try_policy(*arguments); });
}

void add_policy_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("policy", "Try a steering policy that is a file of its own.");
  verb->require_subcommand(1);
  verb->footer("\nExamples:\n  vqlab policy try mine.cpp\n  vqlab policy try --help");
  add_try(*verb, code);
}

const VerbRegistration policy_verb{"policy", {VerbGroup::kExtend, add_policy_verb}};

}  // namespace
}  // namespace vqlab

#include "analysis/app/command_line.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/invocation.hpp"
#include "analysis/app/memory_in_use.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/verb.hpp"
#include "build_info.hpp"
#include "models/base/contract.hpp"

namespace vqlab {
namespace {

constexpr const char* kFooter = R"(
Examples:
  vqlab run scenarios/studies/multiqueue_2012.json
  vqlab run scenarios/tutorial/01_one_target.json --set guest.vcpus=8 --out /tmp/eight
  vqlab check scenarios/studies/*.json
  vqlab calibrate scenarios/studies/multiqueue_2012.json --held-out-fits
  vqlab order target_sticky
  vqlab compare scenarios/studies/multiqueue_2012.json --policy single_queue,per_vcpu
  vqlab claims
  vqlab explain results/multiqueue_2012
  vqlab ablate scenarios/studies/multiqueue_2012.json --only resources
  vqlab predict scenarios/studies/multiqueue_2012.json
  vqlab list policies
  vqlab policy try mine.cpp
  vqlab cache
  vqlab merge results/my_sweep/shard_* --out results/my_sweep
  vqlab ring replay tests/golden/linux/*.json.gz
  vqlab VERB --help

Exit codes: 0 done; 1 something that was run failed; 2 the input is wrong and nothing was written;
130 interrupted, finished points are on disk.)";

std::string version_text() {
  std::string text = "vqlab ";
  text.append(build_version()).append("\ncommit ").append(build_commit());
  text.append("\nbuilt with ").append(build_compiler()).append(", ").append(build_type());
  return text.append(", SimGrid ").append(build_simgrid_version());
}

constexpr std::pair<VerbGroup, const char*> kGroups[] = {{VerbGroup::kRun, "Run and draw"},
                                                         {VerbGroup::kAsk, "Ask why, and what if"},
                                                         {VerbGroup::kProve, "Prove"},
                                                         {VerbGroup::kLookUp, "Look up and check"},
                                                         {VerbGroup::kExtend, "Extend"}};

// Options that hold whole numbers and have no range of their own, those of verbs below included.
void accept_whole_numbers(CLI::App& verb) {
  for (CLI::Option* const option : verb.get_options()) {
    const std::string type = option->get_type_name();
    if (type != "UINT" && type != "INT") continue;
    option->check([is_signed = type == "INT"](const std::string& text) -> std::string {
      const std::size_t digits = is_signed && text.rfind('-', 0) == 0 ? 1 : 0;
      if (text.size() > digits && text.find_first_not_of("0123456789", digits) == std::string::npos) return "";
      return "found \"" + text + "\", accepted: a whole number";
    });
  }
  for (CLI::App* const below : verb.get_subcommands({})) accept_whole_numbers(*below);
}

void add_quiet_and_verbose(CLI::App& app) {
  HowMuchIsSaid& how = how_much_is_said();
  CLI::Option* const quiet =
      app.add_flag("-q,--quiet", how.quiet, "Show results and faults alone: no progress, no notes.");
  app.add_flag("-v,--verbose", how.verbose, "Say what is done: files that are read, the cache, workers, seeds, times.")
      ->excludes(quiet);
}

// What every verb has, and every verb below one.
void add_common_options(CLI::App& verb, bool answers) {
  const std::vector<CLI::App*> below = verb.get_subcommands({});
  for (CLI::App* const one : below) add_common_options(*one, answers);
  if (!below.empty()) return;
  // Read before all others are: what is wrong with them is answered in JSON, too.
  if (answers)
    verb.add_flag_function(
        "--json", [](std::int64_t) {},
        "Answer with one JSON document; `vqlab schema --output VERB` prints its schema.");
  add_quiet_and_verbose(verb);
}

void add_verbs(CLI::App& app, int& code) {
  for (const auto& [group, title] : kGroups) {
    for (const auto& [name, verb] : Registry<Verb>::instance().entries()) {
      if (verb.group != group) continue;
      verb.add(app, code);
      const auto added =
          app.get_subcommands([&called = name](const CLI::App* sub) { return sub->get_name() == called; });
      if (added.empty()) contract_broken("verb " + name, "it adds no subcommand of its name");
      added.front()->group(title);
      accept_whole_numbers(*added.front());
      add_common_options(*added.front(), verb.answers);
    }
  }
}

int parse_and_run(CLI::App& app, int& code, int argc, char** argv) {
  try {
    add_verbs(app, code);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // --help, --version
    if (asked) give_back_standard_output();
    app.exit(error);
    if (!asked) answer_fault(fault_of_line("refused", error.what()));
    return asked ? kExitGood : kExitBadInput;
  } catch (const Refused& refused) {
    std::cerr << refused.what() << "\n";
    if (refused.faults().empty()) answer_fault(fault_of_line("refused", refused.what()));
    for (const AnswerJson& fault : refused.faults()) answer_fault(fault);
    return kExitBadInput;
  } catch (const std::bad_alloc&) {
    say_failure("out of memory: " + std::to_string(memory_in_use_mb()) + " MB were in use, and more could not be had");
    return kExitFailed;
  } catch (const std::exception& error) {
    say_failure(error.what());
    return kExitFailed;
  }
  return code;
}

// "run", "ring replay": what was called.
std::string called_verb(const CLI::App& app) {
  std::string words;
  for (const CLI::App* verb = &app; !verb->get_subcommands().empty();) {
    verb = verb->get_subcommands().front();
    words += (words.empty() ? "" : " ") + verb->get_name();
  }
  return words;
}

void say_times(const std::string& verb) {
  rusage own{};
  rusage children{};
  getrusage(RUSAGE_SELF, &own);
  getrusage(RUSAGE_CHILDREN, &children);
  double cpu_s = 0;
  for (const rusage& used : {own, children})
    for (const timeval& time : {used.ru_utime, used.ru_stime})
      cpu_s += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  say_detail(fmt::format("{} took {:.2f} s of CPU time; the largest process had {} MB", verb, cpu_s,
                         std::max(own.ru_maxrss, children.ru_maxrss) / 1024));
}

// As run_command_line(), but that the program keeps the word that it was called by.
int run_arguments(int argc, char** argv) {
  CLI::App app{"vqlab simulates multiqueue virtio-scsi: guest, ring, steering and host of the December 2012 series.",
               "vqlab"};
  int code = kExitGood;
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(kFooter);
  add_quiet_and_verbose(app);
  AnswerOfVerb answer;
  const int end = parse_and_run(app, code, argc, argv);
  // A table that has not arrived is no good end.
  const bool flushed = std::cout.flush() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  const std::string verb = called_verb(app);
  say_times(verb);
  const bool printed = answer.give(verb, end) && flushed;
  if (!printed) std::fputs("vqlab: standard output cannot be written\n", stderr);
  return printed || end != kExitGood ? end : kExitFailed;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  if (argc > 0) Invocation::call_program(argv[0]);
  how_much_is_said() = {};
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i)
    if (std::string_view(argv[i]) == "--json") how_much_is_said().json = true;
  return run_arguments(argc, argv);
}

int run_verb(std::vector<std::string> words) {
  words.insert(words.begin(), "vqlab");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return run_arguments(static_cast<int>(argv.size()), argv.data());
}

}  // namespace vqlab

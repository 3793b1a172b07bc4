#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analysis/app/home.hpp"
#include "analysis/app/list_option.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/run/run_study.hpp"
#include "analysis/runs/bounded_point.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/overrides.hpp"

namespace vqlab {
namespace {

struct Arguments {
  std::string file;
  std::string out;
  std::vector<std::string> overrides;
  std::vector<std::string> seeds;
  unsigned jobs = 0;
  Opening opening;
  bool no_figures = false;
  bool quiet = false;
};

// The study on the machines that its reference names, unless the command line chooses one. False, with the faults
// printed, if it cannot run there.
bool load_other_machines(const std::filesystem::path& file, const StudyOptions& reading, const Study& study,
                         std::vector<Study>& others) {
  if (!study.reference || sets_machine(reading.overrides)) return true;
  for (const std::string& machine : study.reference->also_on) {
    StudyOptions there = reading;
    there.overrides.push_back("machine=" + machine);
    StudyOrFaults result = load_study(file, there);
    for (const Fault& fault : result.faults) std::cerr << to_string(fault) << "\n";
    if (!result.study) return false;
    others.push_back(std::move(*result.study));
  }
  return true;
}

int run(const Arguments& arguments, const Invocation& invocation) {
  StudyOptions reading{arguments.overrides, home() / "scenarios"};
  if (!arguments.seeds.empty()) reading.overrides.push_back("seeds=[" + joined_words(arguments.seeds) + "]");
  const std::filesystem::path file = arguments.file.empty() ? home() / "scenarios" / "studies" / "multiqueue_2012.json"
                                                            : std::filesystem::path(arguments.file);
  const StudyOrFaults result = load_study(file, reading);
  for (const Fault& fault : result.faults) std::cerr << to_string(fault) << "\n";
  if (!result.study) return kExitBadInput;
  for (const std::string& note : result.study->notes) std::cerr << "note: " << note << "\n";
  RunOptions options;
  if (!load_other_machines(file, reading, *result.study, options.also_on)) return kExitBadInput;
  options.directory = arguments.out.empty() ? std::filesystem::path("results") / result.study->name
                                            : std::filesystem::path(arguments.out);
  options.jobs = arguments.jobs;
  options.opening = arguments.opening;
  options.figures = !arguments.no_figures;
  options.quiet = arguments.quiet;
  options.resuming = invocation.resuming("--out", options.directory);
  return run_study(*result.study, options, bounded_point);
}

void add_run_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("run", "Run a scenario: writes points.csv, run.json and figures.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab run scenarios/studies/multiqueue_2012.json\n"
      "  vqlab run scenarios/studies/scaling.json --set sweep.targets='[1,16,256]' --seeds 1,2,3\n"
      "  vqlab run my.json --set guest.policy=per_vcpu --set guest_costs.kick_ns=0 --out /tmp/try\n"
      "\nA path is that of a parameter (docs/reference/parameters.md), sweep.PATH, or another member of the file. A "
      "value\n"
      "is JSON or a bare word. It applies to every point and replaces what curves and sweep set.\n"
      "\nExit codes: 0 done; 1 a point failed; 2 the scenario is wrong, nothing was written; 130 interrupted: "
      "finished\n"
      "points are on disk, and --resume continues.");
  const auto arguments = std::make_shared<Arguments>();
  verb->add_option("FILE", arguments->file,
                   "Scenario file, or the run.json of a result; the experiment of 2012 if left out.");
  verb->add_option("--out", arguments->out, "Result directory; results/STUDY if left out.");
  add_repeated(*verb, "--set", arguments->overrides, "Override a value, path=value; may be repeated.");
  add_list(*verb, "--seeds", arguments->seeds, "Seeds in place of the file's, such as 1,2,3.");
  verb->add_option("--jobs", arguments->jobs, "Simulations at once; one for each CPU if left out.")
      ->check(CLI::Range(1u, 4096u));
  verb->add_flag("--resume", arguments->opening.resume, "Continue an interrupted run in the same result directory.");
  verb->add_flag("--force", arguments->opening.force, "Write over the results of another study.");
  verb->add_flag("--no-figures", arguments->no_figures, "Draw no figures.");
  verb->add_flag("--quiet", arguments->quiet, "Show no progress.");
  verb->callback([arguments, verb, &code] { code = run(*arguments, Invocation(*verb)); });
}

const VerbRegistration run_verb{"run", {VerbGroup::kRun, add_run_verb}};

}  // namespace
}  // namespace vqlab

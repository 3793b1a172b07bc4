// vqlab explore: a page of sliders and curves, on this machine alone.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/python.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/explore/engine.hpp"
#include "analysis/runs/program_file.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

struct ExploreArguments {
  std::string file;
  unsigned jobs = 0;
  unsigned port = 0;
  double keep_s = 30;
  bool no_browser = false;
  bool engine = false;
};

std::filesystem::path scenario_to_explore(const ExploreArguments& arguments) {
  if (!arguments.file.empty()) return arguments.file;
  return home() / "analysis" / "explore" / "scenario.json";
}

int explore(const ExploreArguments& arguments) {
  const std::filesystem::path scenario = scenario_to_explore(arguments);
  if (arguments.engine) return run_explore_engine(scenario, arguments.jobs);
  const StudyOrFaults read = load_study(scenario, {{}, home() / "scenarios"});
  say_faults(read.faults);
  if (!read.study) return kExitBadInput;
  std::vector<std::string> words{"--port=" + std::to_string(arguments.port),
                                 "--keep=" + std::to_string(arguments.keep_s),
                                 "--title=" + (read.study->title.empty() ? read.study->name : read.study->title)};
  if (arguments.no_browser) words.emplace_back("--no-browser");
  words.insert(words.end(), {"--", program_file().string(), "explore", "--engine",
                             "--jobs=" + std::to_string(arguments.jobs), scenario.string()});
  return run_analysis("explore/serve.py", words);
}

void add_explore_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("explore", "A page in the browser with sliders: curves follow at once.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab explore\n"
      "  vqlab explore multiqueue_2012\n"
      "  vqlab explore my.json --no-browser --port 8000\n"
      "\nThe page is served on the loopback address alone, under an address that nobody can guess. It ends when the "
      "page\n"
      "has been closed for a while, or with Ctrl-C. docs/how-to/explore.md explains it.\n"
      "\nExit codes: 0 the page was closed; 1 it cannot be served; 2 the scenario is no good.");
  const auto arguments = std::make_shared<ExploreArguments>();
  verb->add_option("SCENARIO", arguments->file,
                   "A scenario, or the name of a study; one queue against several if left out.");
  verb->add_option("--port", arguments->port, "Port of the page; a free one if left out.")->check(CLI::Range(1, 65535));
  verb->add_flag("--no-browser", arguments->no_browser, "Print the page's address, and open nothing.");
  verb->add_option("--keep", arguments->keep_s, "Seconds until it ends once the page is closed.")
      ->check(CLI::Range(1.0, 86400.0))
      ->capture_default_str();
  verb->add_option("--jobs", arguments->jobs, "Simulations at once; one for each CPU if left out.")
      ->check(CLI::Range(0, 1024));
  verb->add_flag("--engine", arguments->engine)->group("");
  verb->callback([arguments, &code] { code = explore(*arguments); });
}

const VerbRegistration explore_verb{"explore", {VerbGroup::kAsk, add_explore_verb}};

}  // namespace
}  // namespace vqlab

#include "analysis/runs/simulating_verb.hpp"

#include <CLI/CLI.hpp>

#include "analysis/app/list_option.hpp"

namespace vqlab {

void add_cache_option(CLI::App& verb, bool& use_cache) {
  use_cache = true;
  verb.add_flag("--no-cache{false}", use_cache,
                "Simulate every point, whether it was simulated before or not, and keep none (see `vqlab cache`).");
}

void add_simulating_options(CLI::App& verb, SimulatingArguments& arguments, const SimulatingHelp& help) {
  verb.add_option("--out", arguments.out, "Result directory; " + help.out_if_left_out + " if left out.");
  add_repeated(verb, "--set", arguments.overrides, "Override a value of the study, path=value; may be repeated.");
  add_list(verb, "--seeds", arguments.seeds, "Seeds, such as 1,2,3; if left out, " + help.seeds_if_left_out + ".");
  verb.add_option("--jobs", arguments.jobs, "Simulations at once; one for each CPU if left out.")
      ->check(CLI::Range(1u, 4096u));
  verb.add_flag("--resume", arguments.opening.resume, "Continue " + help.resumed + " in the same result directory.");
  verb.add_flag("--force", arguments.opening.force, "Write over the results of another study.");
  if (help.draws) verb.add_flag("--no-figures", arguments.no_figures, "Draw no figures.");
  verb.add_flag("--quiet", arguments.quiet, "Show no progress.");
  add_cache_option(verb, arguments.use_cache);
}

}  // namespace vqlab

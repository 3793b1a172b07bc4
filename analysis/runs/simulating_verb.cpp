#include "analysis/runs/simulating_verb.hpp"

#include <CLI/CLI.hpp>

#include "analysis/app/answer.hpp"
#include "analysis/app/list_option.hpp"
#include "analysis/app/number_range.hpp"

namespace vqlab {

Simulating SimulatingArguments::simulating() const {
  Simulating how{.jobs = jobs,
                 .quiet = is_quiet(),
                 .use_cache = use_cache,
                 .shard = parse_shard(shard),
                 .slurm = executor.chosen()};
  if (how.shard) how.shard->command = command_of_whole(invocation);
  return how;
}

std::filesystem::path SimulatingArguments::directory(const std::filesystem::path& if_left_out) const {
  if (!out.empty()) return out;
  const auto part = parse_shard(shard);
  return part ? if_left_out / part->folder_name() : if_left_out;
}

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
      ->check(NumberRange(1u, 4096u));
  verb.add_flag("--resume", arguments.opening.resume, "Continue " + help.resumed + " in the same result directory.");
  verb.add_flag("--force", arguments.opening.force, "Write over the results of another study.");
  if (help.draws) verb.add_flag("--no-figures", arguments.no_figures, "Draw no figures.");
  add_cache_option(verb, arguments.use_cache);
  add_executor_options(verb, arguments.executor);
  add_shard_option(verb, arguments.shard);
}

CLI::Option* add_shard_option(CLI::App& verb, std::string& shard) {
  return verb
      .add_option("--shard", shard,
                  "Simulate one part of the points alone, as 3/10; `vqlab merge` puts the parts together.")
      ->check([](const std::string& text) {
        return parse_shard(text) ? std::string() : "\"" + text + "\" is no part, such as 3/10: the third of ten";
      });
}

std::string command_of_whole(const Invocation& invocation) {
  return invocation.without({"--out"}).without(options_of_execution()).text();
}

}  // namespace vqlab

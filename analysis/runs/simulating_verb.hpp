// What every verb that simulates a study is asked in the same words.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/runs/executor.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/run_folder.hpp"

namespace CLI {
class Option;
}

namespace vqlab {

struct SimulatingArguments {
  std::string out;                     // result directory; empty: what the verb says
  std::vector<std::string> overrides;  // "path=value"
  std::vector<std::string> seeds;      // empty: what the verb says
  unsigned jobs = 0;                   // simulations at once; 0: one for each CPU
  Opening opening;                     // of the result directory
  bool no_figures = false;
  bool use_cache = false;  // unless --no-cache is given
  std::string shard;       // "3/10"; empty: all
  ExecutorArguments executor;
  Invocation invocation;  // all that was given, as words

  [[nodiscard]] Simulating simulating() const;
  // The result directory, of which the verb says this one if none was given. A shard has its own below it.
  [[nodiscard]] std::filesystem::path directory(const std::filesystem::path& if_left_out) const;
};

// What differs from verb to verb in the help of these options.
struct SimulatingHelp {
  std::string out_if_left_out;    // a directory
  std::string seeds_if_left_out;  // whose seeds
  std::string resumed;            // what --resume continues
  bool draws = true;              // false: there is no --no-figures
};

// Adds --no-cache; without it `use_cache` becomes true. For verbs that add the other options themselves.
void add_cache_option(CLI::App& verb, bool& use_cache);

// Adds --shard, in the same way.
CLI::Option* add_shard_option(CLI::App& verb, std::string& shard);
// What gives the results of all shards at once, as Shard has it.
[[nodiscard]] std::string command_of_whole(const Invocation& invocation);

// `arguments` outlives `verb`. The verb's callback sets `invocation`.
void add_simulating_options(CLI::App& verb, SimulatingArguments& arguments, const SimulatingHelp& help);

}  // namespace vqlab

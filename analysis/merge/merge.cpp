#include <CLI/CLI.hpp>
#include <cerrno>
#include <memory>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/merge/merge_shards.hpp"
#include "analysis/runs/program_file.hpp"

namespace vqlab {
namespace {

// The verb of the shards goes on with what they have found, as after an interrupt, in place of this process.
int merge(const MergeArguments& arguments) {
  std::string words = merge_shards(arguments);
  const HowMuchIsSaid& how = how_much_is_said();
  for (const auto& [wanted, option] :
       {std::pair{how.json, " --json"}, {how.quiet, " --quiet"}, {how.verbose, " --verbose"}})
    if (wanted) words.insert(words.find(' '), option);  // behind the verb: a "--" may follow
  const std::string command = "exec " + shell_word(program_file().string()) + " " + words;
  give_back_standard_output();
  execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  throw std::system_error(errno, std::generic_category(), "/bin/sh");
}

void add_merge_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("merge", "Put the shards of a run together: results as of one run.");
  verb->footer(
      "\nExample:\n"
      "  vqlab run my_sweep.json --shard 1/2\n"
      "  vqlab run my_sweep.json --shard 2/2\n"
      "  vqlab merge results/my_sweep/shard_* --out results/my_sweep\n"
      "\nThe shards may come from different machines. The same build of the program must have made them, and the\n"
      "scenario must lie where their command names it.\n"
      "\nExit codes: those of the verb; 2 shards are missing, double, incomplete or of different runs, and nothing "
      "was\n"
      "written.");
  const auto arguments = std::make_shared<MergeArguments>();
  verb->add_option("SHARDS", arguments->shards, "Result directories of runs with --shard.")->required();
  verb->add_option("--out", arguments->out, "Result directory of the whole.")->required();
  verb->add_flag("--force", arguments->force, "Write over the results of another study.");
  verb->callback([arguments, &code] { code = merge(*arguments); });
}

const VerbRegistration merge_verb{"merge", {VerbGroup::kRun, add_merge_verb}};

}  // namespace
}  // namespace vqlab

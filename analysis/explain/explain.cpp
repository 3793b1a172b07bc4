#include <memory>

#include "analysis/app/number_range.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/explain/explain_result.hpp"
#include "analysis/runs/simulating_verb.hpp"
#include "sim/experiment/explain_point.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

namespace {

void add_explain_verb(CLI::App& app, int& code) {
  CLI::App* verb =
      app.add_subcommand("explain", "Explain what limits each point of a result and where its latency goes.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab explain results/multiqueue_2012\n"
      "  vqlab run my.json --out /tmp/mine && vqlab explain /tmp/mine --no-figures\n"
      "\nFor each point: what limits it, and where the mean latency goes, with queueing and service in each stage.\n"
      "The first seed of each point is run once more, with a trace of why each step ran when it did. What may limit a\n"
      "point is then halved in short simulations; what moves the bandwidth most limits the point. Files and figures "
      "go\n"
      "to RESULT/explanation. docs/how-to/explain.md explains the tables.\n"
      "\nExit codes: 0 done; 1 a point failed or differs from the result; 2 RESULT is not a result directory, nothing\n"
      "was written; 130 interrupted: finished points are on disk, and the same command continues.");
  const auto arguments = std::make_shared<ExplainArguments>();
  verb->add_option("RESULT", arguments->result, "Result directory of a `vqlab run`.")->required();
  CLI::Option* shard = add_shard_option(*verb, arguments->shard);
  verb->add_option("--out", arguments->out, "Folder of the shard; RESULT/explanation/shard_3_of_10 if left out.")
      ->needs(shard);
  verb->add_option("--jobs", arguments->jobs, "Points at once; one for each CPU if left out.")
      ->check(NumberRange(1u, 4096u));
  verb->add_flag("--no-figures", arguments->no_figures, "Draw no figures.");
  add_cache_option(*verb, arguments->use_cache);
  add_executor_options(*verb, arguments->executor);
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = explain_result(*arguments, explain_point, run_point);
  });
}

const VerbRegistration explain_verb{"explain", {VerbGroup::kAsk, add_explain_verb}};

}  // namespace
}  // namespace vqlab

#include <memory>
#include <string>

#include "analysis/app/list_option.hpp"
#include "analysis/app/number_range.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/compare/compare_study.hpp"
#include "analysis/compare/comparison.hpp"
#include "analysis/runs/bounded_point.hpp"
#include "analysis/runs/replications.hpp"
#include "analysis/uncertainty/uncertainty_option.hpp"

namespace vqlab {

namespace {

void add_compare_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("compare", "Compare steering policies on a study, under the same requests.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab compare scenarios/studies/multiqueue_2012.json --policy single_queue,per_vcpu\n"
      "  vqlab compare scenarios/studies/scaling.json --policy all --metric latency_p99_us\n"
      "  vqlab compare scenarios/studies/multiqueue_2012.json --policy per_vcpu --uncertainty 100\n"
      "  vqlab compare my.json --policy 'sticky_timeout{idle_us=50},sticky_timeout{idle_us=500}' --pairs\n"
      "  vqlab compare my.json --policy mine --baseline per_vcpu --seeds 1,2,3,4,5 --set targets=32\n"
      "\nEvery policy runs every point under every seed; differences from the baseline are paired by seed.\n"
      "docs/how-to/compare.md explains the tables.\n"
      "\nExit codes: 0 done; 1 a simulation failed; 2 the input is wrong, nothing was written; 130 interrupted:\n"
      "finished simulations are on disk, and --resume continues.");
  const auto arguments = std::make_shared<CompareArguments>();
  arguments->metric = kComparisonMetrics.front().name;
  verb->add_option("STUDY", arguments->file, "Scenario file.")->required();
  add_repeated(*verb, "--policy", arguments->policies,
               "Policies to compare, NAME,NAME: NAME, NAME{key=value,...} or FILE.cpp; all: every one there is.")
      ->required();
  verb->add_option("--baseline", arguments->baseline,
                   "Policy that the others are compared with; target_sticky, the letter's, if left out.");
  verb->add_option("--metric", arguments->metric, "What the tables rank by.")->capture_default_str();
  verb->add_flag("--pairs", arguments->pairs, "Compare each policy with each other one as well.");
  verb->add_flag("--clairvoyant", arguments->clairvoyant,
                 "Ask policies that know everything, too, how much is left to win; \"all\" does.");
  verb->add_option("--null-tournaments", arguments->null_tournaments,
                   "Hold each policy against itself under other seeds, so many times: how often verdicts are false.")
      ->check(NumberRange(std::size_t{1}, kMostSimulations));
  add_simulating_options(*verb, *arguments,
                         {"results/STUDY_compare", "the study's and the numbers after them until there are 10",
                          "an interrupted comparison"});
  add_uncertainty_option(*verb, arguments->plausible_machines);
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = compare_study(*arguments, bounded_point);
  });
}

const VerbRegistration compare_verb{"compare", {VerbGroup::kAsk, add_compare_verb}};

}  // namespace
}  // namespace vqlab

// vqlab tune: the best setting of a policy's parameters.
#include <memory>
#include <string>

#include "analysis/app/list_option.hpp"
#include "analysis/app/number_range.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/bounded_point.hpp"
#include "analysis/runs/comparison_metrics.hpp"
#include "analysis/tune/tune_study.hpp"
#include "analysis/uncertainty/uncertainty_option.hpp"

namespace vqlab {
namespace {

void add_tune_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("tune", "Find the best setting of a steering policy's parameters.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab tune sticky_timeout scenarios/studies/pinned_many.json\n"
      "  vqlab tune least_loaded --objective p99 --keep 'bandwidth>=0.98'\n"
      "  vqlab tune 'overflow{looks=2}' scenarios/studies/bursts.json scenarios/studies/skew.json --uncertainty 50\n"
      "\nSettings are tried on one half of the studies, or of the points of one study, and the best is judged on the\n"
      "other half. A key in braces is not searched. docs/how-to/tune.md explains the table.\n"
      "\nExit codes: 0 done; 1 a simulation failed; 2 the input is wrong, nothing was written; 130 interrupted:\n"
      "finished simulations are on disk, and --resume continues.");
  const auto arguments = std::make_shared<TuneArguments>();
  arguments->objective = kComparisonMetrics.front().name;
  verb->add_option("POLICY", arguments->policy, "Policy: NAME, NAME{key=value,...} or FILE.cpp.")->required();
  verb->add_option("STUDY", arguments->studies,
                   "Scenario files; the shipped studies whose curves are policies if left out.");
  verb->add_option("--objective", arguments->objective, "What is to be best.")->capture_default_str();
  add_repeated(*verb, "--keep", arguments->keeps,
               "Bound that a setting has to keep, METRIC>=RATIO or METRIC<=RATIO of the usual setting's value.");
  verb->add_option("--settings", arguments->settings,
                   "Settings that are spread over the ranges; 8 for each parameter and 8 more if left out.")
      ->check(NumberRange(1u, 1000u));
  add_uncertainty_option(*verb, arguments->plausible_machines);
  verb->add_flag("--no-figures", arguments->no_figures, "Draw no figures.");
  add_search_options(*verb, *arguments, "results/tune_POLICY");
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = tune_study(*arguments, bounded_point);
  });
}

const VerbRegistration tune_verb{"tune", {VerbGroup::kAsk, add_tune_verb}};

}  // namespace
}  // namespace vqlab

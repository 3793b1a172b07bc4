// vqlab worst: the workload in which a policy loses most.
#include <memory>
#include <string>

#include "analysis/app/list_option.hpp"
#include "analysis/app/number_range.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/bounded_point.hpp"
#include "analysis/runs/comparison_metrics.hpp"
#include "analysis/worst/worst_study.hpp"

namespace vqlab {
namespace {

void add_worst_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("worst", "Search the workload in which a steering policy loses most.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab worst least_loaded\n"
      "  vqlab worst per_vcpu --against target_sticky,static_target --metric p99\n"
      "  vqlab worst 'mine.cpp{row=4}' --evaluations 5000 --seed 2\n"
      "\nStarts from random workloads, each against one of the other policies, and varies those in which the policy\n"
      "loses most, by short runs. The worst are judged again by longer runs under other seeds, what does not matter "
      "is\n"
      "taken out, and what is reported comes from runs that the search did not see. docs/how-to/worst.md has the "
      "space\n"
      "that is searched.\n"
      "\nExit codes: 0 done; 1 a simulation failed; 2 the input is wrong, nothing was written; 130 interrupted:\n"
      "finished simulations are on disk, and --resume continues.");
  const auto arguments = std::make_shared<WorstArguments>();
  arguments->metric = kComparisonMetrics.front().name;
  arguments->machine = "letter_2012_joint";
  arguments->evaluations = 2000;
  verb->add_option("POLICY", arguments->policy, "Policy: NAME, NAME{key=value,...} or FILE.cpp.")->required();
  add_repeated(*verb, "--against", arguments->against,
               "Policies of which it may lose against one, NAME,NAME; every other one there is if left out.");
  verb->add_option("--metric", arguments->metric, "What it loses.")->capture_default_str();
  verb->add_option("--machine", arguments->machine, "Machine that the workloads run on.")->capture_default_str();
  verb->add_option("--evaluations", arguments->evaluations, "Pairs of short runs that the search takes.")
      ->check(NumberRange(1u, 100000u))
      ->capture_default_str();
  add_search_options(*verb, *arguments, "results/worst_POLICY");
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    if (arguments->against.empty()) arguments->against = {"all"};
    code = worst_study(*arguments, bounded_point);
  });
}

const VerbRegistration worst_verb{"worst", {VerbGroup::kAsk, add_worst_verb}};

}  // namespace
}  // namespace vqlab

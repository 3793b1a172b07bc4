#include <memory>
#include <string>

#include "analysis/app/verb.hpp"
#include "analysis/claims/claims_studies.hpp"
#include "analysis/runs/bounded_point.hpp"
#include "analysis/uncertainty/uncertainty_option.hpp"

namespace vqlab {

namespace {

void add_claims_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("claims", "Check published ratios and statements against simulations.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab claims\n"
      "  vqlab claims --uncertainty 100\n"
      "  vqlab claims my.json --seeds 1,2,3,4,5,6,7,8,9,10 --out /tmp/claims\n"
      "\nEvery point runs under every seed; ratios are paired by seed. The last line says how many claims hold.\n"
      "docs/how-to/claims.md explains how claims are written, judged and read.\n"
      "\nExit codes: 0 all claims hold but those marked as failing, which fail; 1 another claim fails, a marked one\n"
      "holds, or a simulation failed; 2 the input is wrong, nothing was written; 130 interrupted: finished simulations "
      "are on disk,\nand --resume continues.");
  const auto arguments = std::make_shared<ClaimsArguments>();
  verb->add_option("FILE", arguments->files, "Scenario files with claims; all such of scenarios/studies if left out.");
  add_simulating_options(
      *verb, *arguments,
      {"results/claims", "each study's and the numbers after them until there are 5", "an interrupted run"});
  add_uncertainty_option(*verb, arguments->plausible_machines);
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = claims_studies(*arguments, bounded_point);
  });
}

const VerbRegistration claims_verb{"claims", {VerbGroup::kAsk, add_claims_verb}};

}  // namespace
}  // namespace vqlab

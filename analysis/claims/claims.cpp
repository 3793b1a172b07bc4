#include <memory>
#include <string>

#include "analysis/app/list_option.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/claims/claims_studies.hpp"
#include "analysis/runs/bounded_point.hpp"

namespace vqlab {

namespace {

void add_claims_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("claims", "Check published ratios and statements against simulations.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab claims\n"
      "  vqlab claims my.json --seeds 1,2,3,4,5,6,7,8,9,10 --out /tmp/claims\n"
      "\nEvery point runs under every seed; ratios are paired by seed. The last line says how many claims hold.\n"
      "docs/how-to/claims.md explains how claims are written, judged and read.\n"
      "\nExit codes: 0 all claims hold but those marked as failing, which fail; 1 another claim fails, a marked one\n"
      "holds, or a simulation failed; 2 the input is wrong, nothing was written; 130 interrupted: finished simulations "
      "are on disk,\nand --resume continues.");
  const auto arguments = std::make_shared<ClaimsArguments>();
  verb->add_option("FILE", arguments->files, "Scenario files with claims; all such of scenarios/studies if left out.");
  verb->add_option("--out", arguments->out, "Result directory; results/claims if left out.");
  add_repeated(*verb, "--set", arguments->overrides, "Override a value of every study, path=value; may be repeated.");
  add_list(*verb, "--seeds", arguments->seeds,
           "Seeds, such as 1,2,3; if left out, each study's and the numbers after them until there are 5.");
  verb->add_option("--jobs", arguments->jobs, "Simulations at once; one for each CPU if left out.")
      ->check(CLI::Range(1u, 4096u));
  verb->add_flag("--resume", arguments->opening.resume, "Continue an interrupted run in the same result directory.");
  verb->add_flag("--force", arguments->opening.force, "Write over the results of another study.");
  verb->add_flag("--no-figures", arguments->no_figures, "Draw no figures.");
  verb->add_flag("--quiet", arguments->quiet, "Show no progress.");
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = claims_studies(*arguments, bounded_point);
  });
}

const VerbRegistration claims_verb{"claims", {VerbGroup::kAsk, add_claims_verb}};

}  // namespace
}  // namespace vqlab

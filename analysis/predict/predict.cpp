#include <memory>

#include "analysis/app/list_option.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/predict/not_modelled.hpp"
#include "analysis/predict/predict_study.hpp"
#include "analysis/runs/bounded_point.hpp"

namespace vqlab {

namespace {

void add_predict_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("predict", "Predict a scenario analytically, and compare with its simulation.");
  verb->footer(
      std::string("\nExamples:\n") +
      "  vqlab predict scenarios/studies/multiqueue_2012.json\n"
      "  vqlab predict scenarios/studies/scaling.json --no-simulation\n"
      "  vqlab predict scenarios/studies/multiqueue_2012.json --against results/multiqueue_2012\n"
      "  vqlab predict my.json --set guest.vcpus=8 --set guest_costs.kick_ns=0 --no-simulation\n"
      "\nThe model takes every parameter from the scenario; nothing is fitted. docs/how-to/predict.md derives it and "
      "says\n"
      "how large its errors are and what it cannot predict. It leaves out these costs:\n" +
      costs_not_modelled() +
      "\nExit codes: 0 done; 1 a simulation failed; 2 the scenario is wrong or has what the model cannot predict,\n"
      "nothing was written; 130 interrupted: finished simulations are on disk, and --resume continues.");
  const auto arguments = std::make_shared<PredictArguments>();
  verb->add_option("SCENARIO", arguments->file, "Scenario file.")->required();
  verb->add_option("--against", arguments->against,
                   "Result directory of a run of this scenario, in place of simulating.");
  verb->add_flag("--no-simulation", arguments->no_simulation, "Print the prediction alone.");
  verb->add_option("--out", arguments->out,
                   "Result directory; results/STUDY_predict if left out, or that of --against.");
  add_repeated(*verb, "--set", arguments->overrides, "Override a value, path=value; may be repeated.");
  add_list(*verb, "--seeds", arguments->seeds, "Seeds in place of the file's, such as 1,2,3.");
  verb->add_option("--jobs", arguments->jobs, "Simulations at once; one for each CPU if left out.")
      ->check(CLI::Range(1u, 4096u));
  verb->add_flag("--resume", arguments->opening.resume,
                 "Continue interrupted simulations in the same result directory.");
  verb->add_flag("--force", arguments->opening.force, "Write over the results of another study.");
  verb->add_flag("--quiet", arguments->quiet, "Show no progress.");
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = predict_study(*arguments, bounded_point);
  });
}

const VerbRegistration predict_verb{"predict", {VerbGroup::kAsk, add_predict_verb}};

}  // namespace
}  // namespace vqlab

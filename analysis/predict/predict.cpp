#include <memory>

#include "analysis/app/verb.hpp"
#include "analysis/predict/not_modelled.hpp"
#include "analysis/predict/predict_study.hpp"
#include "analysis/runs/bounded_point.hpp"

namespace vqlab {

namespace {

void add_predict_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("predict", "Predict a scenario analytically, and compare with its simulation.");
  // Only where it is asked for: all policies and parts are known then.
  verb->footer([] {
    return std::string("\nExamples:\n") +
           "  vqlab predict scenarios/studies/multiqueue_2012.json\n"
           "  vqlab predict scenarios/studies/scaling.json --no-simulation\n"
           "  vqlab predict scenarios/studies/multiqueue_2012.json --against results/multiqueue_2012\n"
           "  vqlab predict my.json --set guest.vcpus=8 --set guest_costs.kick_ns=0 --no-simulation\n"
           "\nThe model takes every parameter from the scenario; nothing is fitted. docs/how-to/predict.md derives it "
           "and "
           "says\n"
           "how large its errors are and what it cannot predict. It leaves out these costs:\n" +
           costs_not_modelled() +
           "\nExit codes: 0 done; 1 a simulation failed; 2 the scenario is wrong or has what the model cannot "
           "predict,\n"
           "nothing was written; 130 interrupted: finished simulations are on disk, and --resume continues.";
  });
  const auto arguments = std::make_shared<PredictArguments>();
  verb->add_option("SCENARIO", arguments->file, "Scenario file.")->required();
  verb->add_option("--against", arguments->against,
                   "Result directory of a run of this scenario, in place of simulating.");
  verb->add_flag("--no-simulation", arguments->no_simulation, "Print the prediction alone.");
  add_simulating_options(
      *verb, *arguments,
      {"results/STUDY_predict, or that of --against,", "the file's", "interrupted simulations", false});
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = predict_study(*arguments, bounded_point);
  });
}

const VerbRegistration predict_verb{"predict", {VerbGroup::kAsk, add_predict_verb}};

}  // namespace
}  // namespace vqlab

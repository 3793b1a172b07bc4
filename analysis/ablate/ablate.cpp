#include <memory>
#include <string>

#include "analysis/ablate/ablate_study.hpp"
#include "analysis/app/list_option.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/bounded_point.hpp"
#include "models/testbed/resources.hpp"

namespace vqlab {
namespace {

std::string resource_list() {
  std::string text;
  for (const Resource& resource : resources())
    text.append("\n  ").append(resource.name()).append(15 - resource.name().size(), ' ').append(resource.help);
  return text;
}

void add_ablate_verb(CLI::App& app, int& code) {
  CLI::App* verb =
      app.add_subcommand("ablate", "Switch off each mechanism of a study, halve each cost, and measure the effect.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab ablate scenarios/studies/multiqueue_2012.json\n"
      "  vqlab ablate scenarios/studies/multiqueue_2012.json --only resources --set sweep.targets='[1,8]'\n"
      "  vqlab ablate my.json --only mechanisms,loop_iteration_ns,queue_lock --seeds 1,2,3,4,5\n"
      "\nThe effect is the change of the bandwidth, paired by seed. NAME is a switch or a cost of the machine\n"
      "(docs/reference/parameters.md), with or without its section, or a resource. Halving a resource halves what "
      "each\n"
      "request demands of it:" +
      resource_list() +
      "\n\ndocs/how-to/ablate.md explains the tables.\n"
      "\nExit codes: 0 done; 1 a simulation failed; 2 the input is wrong, nothing was written; 130 interrupted:\n"
      "finished simulations are on disk, and --resume continues.");
  const auto arguments = std::make_shared<AblateArguments>();
  verb->add_option("STUDY", arguments->file, "Scenario file.")->required();
  add_list(*verb, "--only", arguments->only,
           "What to switch off or halve, NAME,NAME; mechanisms, costs, resources: all of a kind.");
  verb->add_flag("--all", arguments->all_points, "Include the points that the study's reference does not count.");
  add_simulating_options(
      *verb, *arguments,
      {"results/STUDY_ablate", "the study's and the numbers after them until there are 5", "an interrupted ablation"});
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = ablate_study(*arguments, bounded_point);
  });
}

const VerbRegistration ablate_verb{"ablate", {VerbGroup::kAsk, add_ablate_verb}};

}  // namespace
}  // namespace vqlab

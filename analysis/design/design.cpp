#include <memory>
#include <string>

#include "analysis/app/list_option.hpp"
#include "analysis/app/number_range.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/design/design_study.hpp"
#include "analysis/runs/bounded_point.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kDesignMachines = 200;
constexpr std::size_t kMostDesignCells = 5;
constexpr double kMeasurementErrorPercent = 2;

void add_design_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("design", "What to measure on a real machine to settle a verdict.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab design scenarios/studies/multiqueue_2012.json\n"
      "  vqlab design scenarios/studies/multiqueue_2012.json --policy per_vcpu,target_sticky --at targets=16\n"
      "  vqlab design scenarios/studies/scaling.json --policy per_vcpu,round_robin --metric latency_p99_us\n"
      "\nThe study runs on many plausible machines; cells and counters are chosen whose measurement would shrink the\n"
      "band of the difference most. docs/how-to/design.md explains the table.\n"
      "\nExit codes: 0 done; 1 a simulation failed; 2 the input is wrong, nothing was written; 130 interrupted:\n"
      "finished simulations are on disk, and --resume continues.");
  const auto arguments = std::make_shared<DesignArguments>();
  arguments->metric = name_of(Measure::kBandwidth);
  arguments->machines = kDesignMachines;
  arguments->cells = kMostDesignCells;
  arguments->measurement_error_percent = kMeasurementErrorPercent;
  verb->add_option("STUDY", arguments->file, "Scenario file.")->required();
  add_repeated(*verb, "--policy", arguments->policies, "Two policies to hold against each other, A,B.");
  add_list(*verb, "--curves", arguments->curves,
           "Two curves to hold against each other, A,B; the study's first two if left out, and no policies are given.");
  add_list(*verb, "--at", arguments->at,
           "Points that the verdict is about, such as targets=16, or the name of a curve; all if left out.");
  verb->add_option("--metric", arguments->metric, "What the verdict is about.")->capture_default_str();
  verb->add_option("--uncertainty", arguments->machines, "So many plausible machines.")
      ->check(NumberRange(kFewestMachines, std::size_t{10000}))
      ->capture_default_str();
  verb->add_option("--cells", arguments->cells, "Cells to measure, at most.")
      ->check(NumberRange(std::size_t{1}, std::size_t{20}))
      ->capture_default_str();
  verb->add_option("--measurement-error-percent", arguments->measurement_error_percent,
                   "Standard deviation of a measured value from repetition to repetition.")
      ->check(NumberRange(0.01, 100.0))
      ->capture_default_str();
  verb->add_option("--discrepancy-percent", arguments->discrepancy_percent,
                   "What the model misses beside its parameters; what the fit of the machine left if left out, or 10.")
      ->check(NumberRange(0.0, 100.0));
  add_simulating_options(*verb, *arguments, {"results/STUDY_design", "the study's", "an interrupted design"});
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = design_study(*arguments, bounded_point);
  });
}

const VerbRegistration design_verb{"design", {VerbGroup::kAsk, add_design_verb}};

}  // namespace
}  // namespace vqlab

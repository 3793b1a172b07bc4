#include <memory>

#include "analysis/app/list_option.hpp"
#include "analysis/app/number_range.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/calibrate/calibrate_plan.hpp"
#include "analysis/calibrate/calibrate_study.hpp"
#include "analysis/runs/simulating_verb.hpp"
#include "analysis/scenario/calibration_plan.hpp"

namespace vqlab {

namespace {

void add_calibrate_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("calibrate", "Fit the machine of a study, or of several, to published values.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab calibrate scenarios/studies/multiqueue_2012.json --out /tmp/fitted.json\n"
      "  vqlab calibrate my.json --free guest_costs.submit_ns,host_costs.pop_ns --data table.csv --hold-out "
      "targets=4,24\n"
      "  vqlab calibrate scenarios/studies/multiqueue_2012.json --held-out-fits\n"
      "  vqlab calibrate scenarios/calibrations/joint_2012.json --settings-fits\n"
      "  vqlab calibrate scenarios/calibrations/joint_2012.json --posterior-only\n"
      "\nWrites the fitted machine, fit.json and a journal, and prints what the published values identify.\n"
      "docs/how-to/calibrate.md explains the tables.\n"
      "\nExit codes: 0 done; 1 a simulation failed; 2 the input is wrong, nothing was written; 130 interrupted:\n"
      "finished simulations are on disk, and --resume continues.");
  const auto arguments = std::make_shared<CalibrateArguments>();
  const auto seed = std::make_shared<std::uint64_t>(0);
  verb->add_option("FILE", arguments->file, "Scenario file, or a plan that fits several studies together.")->required();
  add_list(*verb, "--free", arguments->free, "Parameters to fit, by path; the study's calibration.free if left out.");
  verb->add_option("--data", arguments->data,
                   "Published values: a table, targets,CURVE,..., or FILE.json of `overlay --reference`; the study's "
                   "reference if left out.");
  CLI::Option* hold_out =
      add_repeated(*verb, "--hold-out", arguments->hold_out,
                   "Cells that the fit does not see: targets=N,N and curves=NAME,NAME (both: the cells of these "
                   "curves at these targets), or the name of one of the study's hold-outs; may be repeated.");
  CLI::Option* each = verb->add_flag("--held-out-fits", arguments->held_out_fits,
                                     "Make one fit for each hold-out of the study, and one table of all fits.")
                          ->excludes(hold_out);
  CLI::Option* settings =
      verb->add_flag("--settings-fits", arguments->settings_fits,
                     "Of a plan: make one fit for each value of each setting that nobody published.")
          ->excludes(hold_out)
          ->excludes(each);
  CLI::Option* posterior =
      verb->add_flag("--posterior", arguments->posterior,
                     "After the fit, find out what the published values leave open of all uncertain parameters, and "
                     "write it to the machine file as well; takes as long as the fit, or longer.")
          ->excludes(each)
          ->excludes(settings);
  verb->add_flag("--posterior-only", arguments->posterior_only,
                 "The same without a fit, for the machine file that is there; only its member posterior changes.")
      ->excludes(posterior)
      ->excludes(hold_out)
      ->excludes(each)
      ->excludes(settings);
  verb->add_option("--hold", arguments->hold, "Of a plan: the name of one of its held values, which the fit keeps.");
  verb->add_option(
          "--out", arguments->out,
          "Machine file to write; scenarios/machines/MACHINE_fitted.json if left out. Of a plan, the folder of "
          "its machine files. A fit with --hold-out writes only with --out.")
      ->excludes(each)
      ->excludes(settings);
  verb->add_flag("--force", arguments->force, "Replace the machine file if it is there, and results of another study.");
  verb->add_option("--results", arguments->results,
                   "Directory for fit.json and the journal; results/STUDY_fit if left out.");
  CLI::Option* seed_option = verb->add_option("--seed", *seed, "First seed of the fit.");
  verb->add_option("--jobs", arguments->jobs, "Simulations at once; one for each CPU if left out.")
      ->check(NumberRange(1u, 4096u));
  verb->add_flag("--resume", arguments->resume, "Continue an interrupted fit in the same result directory.");
  add_cache_option(*verb, arguments->use_cache);
  add_executor_options(*verb, arguments->executor);
  verb->add_option("--shard")->group("")->check([](const std::string&) {
    return "a fit has no parts: what it simulates next depends on all results before; --executor slurm spreads each "
           "round over machines";
  });
  add_repeated(*verb, "--set", arguments->overrides, "Override a value, path=value; may be repeated.");
  verb->callback([arguments, seed, seed_option, verb, &code] {
    arguments->invocation = Invocation(*verb);
    if (seed_option->count() > 0) arguments->seed = *seed;
    code = (is_calibration_plan(arguments->file) ? calibrate_plan : calibrate_study)(*arguments, run_point);
  });
}

const VerbRegistration calibrate_verb{"calibrate", {VerbGroup::kAsk, add_calibrate_verb}};

}  // namespace
}  // namespace vqlab

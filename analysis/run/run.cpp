#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/formats/import_files.hpp"
#include "analysis/formats/import_report.hpp"
#include "analysis/run/run_study.hpp"
#include "analysis/runs/bounded_point.hpp"
#include "analysis/runs/simulating_verb.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/overrides.hpp"
#include "analysis/scenario/say_faults.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"
#include "analysis/uncertainty/uncertainty_option.hpp"

namespace vqlab {
namespace {

struct Arguments : SimulatingArguments {
  std::string file;
  ImportArguments import;
  bool no_long_runs = false;
  std::string output_format;           // empty: what the scenario says
  std::size_t plausible_machines = 0;  // 0: none
};

void keep_counted_points(Study& study) {
  PointList kept;
  for (Point point : study.points) {
    if (!counted(study, point)) continue;
    point.index = static_cast<std::uint32_t>(kept.size());
    kept.push_back(point);
  }
  study.points = std::move(kept);
}

// Draws machines for the study's points. False, with the faults printed, if it cannot vary.
bool draw_plausible(const Study& study, std::size_t machines, std::optional<MachineDraws>& draws) {
  if (machines == 0) return true;
  std::vector<Fault> faults;
  draws = plausible_machines(study, machines, study.points.size() / study.seeds.size(), faults);
  say_faults(faults);
  return draws.has_value();
}

// The file's study, or that of the user's files. Faults and the report of an import are printed.
StudyOrFaults study_of(const Arguments& arguments, const std::filesystem::path& file, const StudyOptions& reading) {
  const bool of_fio = !arguments.file.empty() && is_fio_file(file);
  if (!of_fio && (arguments.import.any() || !arguments.import.machine.empty() || arguments.import.strict))
    throw Refused("--qemu, --libvirt, --machine and --strict: found with no fio job file; accepted: run JOB.fio");
  if (!of_fio) return load_study(file, reading);
  ImportArguments import = arguments.import;
  import.fio = file.string();
  const std::filesystem::path scenario = file.parent_path() / "imported.json";
  const ImportedSetup imported = import_files(import, scenario);
  say_import_report(imported);
  return imported_study(imported, scenario, reading);
}

// The study on the machines that its reference names, unless the command line chooses one. False, with the faults
// printed, if it cannot run there.
bool load_other_machines(const std::filesystem::path& file, const StudyOptions& reading, const Study& study,
                         std::size_t machines, std::vector<OtherMachine>& others) {
  if (!study.reference || sets_machine(reading.overrides)) return true;
  for (const std::string& machine : study.reference->also_on) {
    StudyOptions there = reading;
    there.overrides.push_back("machine=" + machine);
    StudyOrFaults result = load_study(file, there);
    say_faults(result.faults);
    if (!result.study) return false;
    keep_counted_points(*result.study);
    OtherMachine other{std::move(*result.study), std::nullopt};
    if (!draw_plausible(other.study, machines, other.plausible)) return false;
    others.push_back(std::move(other));
  }
  return true;
}

int run(const Arguments& arguments) {
  StudyOptions reading{arguments.overrides, home() / "scenarios"};
  if (!arguments.seeds.empty()) reading.overrides.push_back("seeds=[" + joined_words(arguments.seeds) + "]");
  if (!arguments.output_format.empty()) reading.overrides.push_back("results.output_format=" + arguments.output_format);
  const std::filesystem::path file = arguments.file.empty() ? home() / "scenarios" / "studies" / "multiqueue_2012.json"
                                                            : std::filesystem::path(arguments.file);
  const StudyOrFaults result = study_of(arguments, file, reading);
  say_faults(result.faults);
  if (!result.study) return kExitBadInput;
  for (const std::string& note : result.study->notes) say_note("note: " + note);
  RunOptions options;
  if (!draw_plausible(*result.study, arguments.plausible_machines, options.plausible)) return kExitBadInput;
  if (!load_other_machines(file, reading, *result.study, arguments.plausible_machines, options.also_on))
    return kExitBadInput;
  options.directory = arguments.directory(std::filesystem::path("results") / result.study->name);
  options.simulating = arguments.simulating();
  options.opening = arguments.opening;
  options.figures = !arguments.no_figures;
  options.long_runs = !arguments.no_long_runs;
  options.resuming = arguments.invocation.resuming("--out", options.directory);
  return run_study(*result.study, options, bounded_point);
}

void add_run_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("run", "Run a scenario: writes points.csv, run.json and figures.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab run scenarios/studies/multiqueue_2012.json\n"
      "  vqlab run scenarios/studies/scaling.json --set sweep.targets='[1,16,256]' --seeds 1,2,3\n"
      "  vqlab run scenarios/studies/multiqueue_2012.json --uncertainty 100\n"
      "  vqlab run my.json --output-format=json+\n"
      "  vqlab run my.json --set guest.policy=per_vcpu --set guest_costs.kick_ns=0 --out /tmp/try\n"
      "  vqlab run job.fio --qemu vm.sh --machine server_2024_qemu_10_0\n"
      "\nA path is that of a parameter (docs/reference/parameters.md), sweep.PATH, or another member of the file. A "
      "value\n"
      "is JSON or a bare word. It applies to every point and replaces what curves and sweep set.\n"
      "\nExit codes: 0 done; 1 a point failed; 2 the scenario is wrong, nothing was written; 130 interrupted: "
      "finished\n"
      "points are on disk, and --resume continues.");
  const auto arguments = std::make_shared<Arguments>();
  verb->add_option("FILE", arguments->file,
                   "Scenario file, the run.json of a result, or a fio job file; the experiment of 2012 if left out.");
  add_import_options(*verb, arguments->import);
  add_simulating_options(*verb, *arguments, {"results/STUDY", "the file's", "an interrupted run"});
  verb->add_flag("--no-long-runs", arguments->no_long_runs,
                 "Leave out the long run of each point that shows whether the others were long enough.");
  verb->add_option("--output-format", arguments->output_format,
                   "As fio's option: json or json+ writes what fio would have written of each point into the folder "
                   "fio; normal does not.");
  add_uncertainty_option(*verb, arguments->plausible_machines);
  verb->callback([arguments, verb, &code] {
    arguments->invocation = Invocation(*verb);
    code = run(*arguments);
  });
}

const VerbRegistration run_verb{"run", {VerbGroup::kRun, add_run_verb}};

}  // namespace
}  // namespace vqlab

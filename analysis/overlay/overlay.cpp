// vqlab overlay: what was measured on a real machine, over what was simulated.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/app/list_option.hpp"
#include "analysis/app/python.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/result_folder.hpp"

namespace vqlab {
namespace {

struct OverlayArguments {
  std::string result;
  std::vector<std::string> measured;
  std::string curve;
  std::vector<std::string> axes;
  std::string out;
  std::string reference;
  std::string metric;
  bool no_figures = false;
};

int overlay_measured(const OverlayArguments& arguments) {
  std::optional<ResultFolder> held;  // what is no result folder is left as it is
  if (is_result_folder(arguments.result)) held.emplace(arguments.result);
  std::vector<std::string> words{"--result=" + arguments.result};
  for (const std::string& axis : arguments.axes) words.push_back("--axis=" + axis);
  if (!arguments.curve.empty()) words.push_back("--curve=" + arguments.curve);
  if (!arguments.out.empty()) words.push_back("--out=" + arguments.out);
  if (!arguments.reference.empty()) words.push_back("--reference=" + arguments.reference);
  if (!arguments.metric.empty()) words.push_back("--metric=" + arguments.metric);
  if (arguments.no_figures) words.emplace_back("--no-figures");
  words.emplace_back("--");
  words.insert(words.end(), arguments.measured.begin(), arguments.measured.end());
  return run_analysis("overlay/overlay.py", words);
}

void add_overlay_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("overlay", "Hold a result against what was measured on a real machine.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab overlay results/my_study --measured real/targets=*_curve=multi_queue.json\n"
      "  vqlab overlay results/my_study --measured fio.json --curve multi_queue --axis vcpus=8\n"
      "  vqlab overlay results/my_study --measured real.csv --reference measured.csv\n"
      "\nA FILE is what fio printed with --output-format=json or json+, or a table with a column for each axis and\n"
      "metric. Its point is found from job options and names of files. docs/how-to/overlay.md has the rules.\n"
      "\nExit codes: 0 done; 1 a file cannot be written, or Python's libraries are missing; 2 a file or the result\n"
      "cannot be read, or no measurement belongs to a point: nothing was written.");
  const auto arguments = std::make_shared<OverlayArguments>();
  verb->add_option("RESULT", arguments->result, "Result directory of a `vqlab run`.")
      ->required()
      ->check(CLI::ExistingDirectory);
  verb->add_option("--measured", arguments->measured, "fio's JSON or tables, one or several.")->required();
  verb->add_option("--curve", arguments->curve, "The curve that all measurements belong to.");
  add_repeated(*verb, "--axis", arguments->axes, "Where all measurements stand on an axis, NAME=VALUE; repeatable.");
  verb->add_option("--out", arguments->out, "Where overlay.csv and figures go; RESULT/overlay if left out.");
  verb->add_option("--reference", arguments->reference,
                   "Also write what was measured as published values: FILE.json a scenario's `reference`, FILE.csv the "
                   "table of `calibrate --data`.");
  verb->add_option("--metric", arguments->metric, "The metric of --reference; bandwidth if left out.");
  verb->add_flag("--no-figures", arguments->no_figures, "Draw no figures.");
  verb->callback([arguments, &code] { code = overlay_measured(*arguments); });
}

const VerbRegistration overlay_verb{"overlay", {VerbGroup::kAsk, add_overlay_verb}};

}  // namespace
}  // namespace vqlab

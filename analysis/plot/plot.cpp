#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/list_option.hpp"
#include "analysis/app/python.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/result_folder.hpp"

namespace vqlab {

namespace {

struct PlotArguments {
  std::string directory;
  std::vector<std::string> metrics;
  std::vector<std::string> over;
};

int plot_results(const PlotArguments& arguments) {
  std::optional<ResultFolder> held;  // what is no result folder is left as it is
  if (is_result_folder(arguments.directory)) held.emplace(arguments.directory);
  std::vector<std::string> words{arguments.directory};
  for (const std::string& metric : arguments.metrics) words.push_back("--metric=" + metric);
  for (const std::string& axis : arguments.over) words.push_back("--over=" + axis);
  const int code = run_analysis("figures/plot.py", words);
  if (code == kExitGood) answer("directory", [&arguments] { return arguments.directory; });
  return code;
}

void add_plot_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("plot", "Draw the figures of a result directory again.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab plot results/multiqueue_2012\n"
      "  vqlab plot results/scaling --metric iops,p99,kicks_per_io --over vcpus\n"
      "\nExit codes: 0 done; 1 a figure cannot be written; 2 DIR cannot be drawn, nothing was written.");
  const auto arguments = std::make_shared<PlotArguments>();
  verb->add_option("DIR", arguments->directory, "Result directory of a verb that draws figures.")
      ->required()
      ->check(CLI::ExistingDirectory);
  add_list(*verb, "--metric", arguments->metrics,
           "Columns of points.csv to draw as well, NAME,NAME; of the results of a `vqlab run` alone.");
  add_list(*verb, "--over", arguments->over, "Axes to draw them over, NAME,NAME; the first swept one if left out.");
  verb->callback([arguments, &code] { code = plot_results(*arguments); });
}

const VerbRegistration plot_verb{"plot", {VerbGroup::kRun, add_plot_verb}};

}  // namespace
}  // namespace vqlab

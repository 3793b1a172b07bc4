// vqlab diff: what moved from one result to another, point by point.
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/list_option.hpp"
#include "analysis/app/python.hpp"
#include "analysis/app/verb.hpp"

namespace vqlab {
namespace {

struct DiffArguments {
  std::string before;
  std::string after;
  std::vector<std::string> metrics;
  std::string out;
  bool all = false;
};

int diff_results(const DiffArguments& arguments) {
  std::vector<std::string> words;
  for (const std::string& metric : arguments.metrics) words.push_back("--metric=" + metric);
  if (!arguments.out.empty()) words.push_back("--out=" + arguments.out);
  if (arguments.all) words.emplace_back("--all");
  words.insert(words.end(), {"--", arguments.before, arguments.after});
  return run_analysis("diff/diff.py", words);
}

void add_diff_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("diff", "What moved from one result to another, and is it more than chance?");
  verb->footer(
      "\nExamples:\n"
      "  vqlab diff results/before results/after\n"
      "  vqlab diff results/before results/after --metric p99,kicks_per_io --all\n"
      "  vqlab diff results/before results/after --out results/moved --json\n"
      "\nPoints are held against each other where curve and axes agree. docs/how-to/diff.md says how chance is "
      "judged.\n"
      "\nExit codes: 0 nothing moved by more than chance; 1 something did, or a point is in one result alone; 2 a\n"
      "result cannot be read, or they have no point in common.");
  const auto arguments = std::make_shared<DiffArguments>();
  verb->add_option("A", arguments->before, "Result directory of a `vqlab run`.")
      ->required()
      ->check(CLI::ExistingDirectory);
  verb->add_option("B", arguments->after, "The one that is held against it.")
      ->required()
      ->check(CLI::ExistingDirectory);
  add_list(*verb, "--metric", arguments->metrics,
           "Columns of points.csv, NAME,NAME; bandwidth, IOPS, latencies, CPU time, kicks and interrupts if left out.");
  verb->add_flag("--all", arguments->all, "Also list what moved by no more than chance.");
  verb->add_option("--out", arguments->out, "Folder for diff.csv; none is written if left out.");
  verb->callback([arguments, &code] { code = diff_results(*arguments); });
}

const VerbRegistration diff_verb{"diff", {VerbGroup::kAsk, add_diff_verb}};

}  // namespace
}  // namespace vqlab

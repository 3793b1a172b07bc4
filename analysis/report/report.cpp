// vqlab report: results as one page that opens anywhere.
#include <fmt/format.h>
#include <memory>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include "analysis/app/python.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/report/parameter_facts.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {
namespace {

struct ReportArguments {
  std::vector<std::string> results;
  std::string out = "report.html";
  std::string title;
  bool force = false;
};

// A file without a name, which the programs that are started inherit. Negative, with errno, if there is none.
int report_facts_file() {
  const int file = memfd_create("vqlab-parameters", 0);
  if (file >= 0 && !write_all(file, parameter_facts().dump())) {
    close(file);
    return -1;
  }
  return file;
}

int write_report(const ReportArguments& arguments) {
  std::vector<std::string> words{"--out=" + arguments.out};
  if (!arguments.title.empty()) words.push_back("--title=" + arguments.title);
  if (arguments.force) words.emplace_back("--force");
  const int facts = report_facts_file();
  if (facts >= 0) words.push_back(fmt::format("--parameters=/dev/fd/{}", facts));
  words.emplace_back("--");
  words.insert(words.end(), arguments.results.begin(), arguments.results.end());
  const int status = run_analysis("report/report.py", words);
  if (facts >= 0) close(facts);
  return status;
}

void add_report_verb(CLI::App& app, int& code) {
  CLI::App* verb =
      app.add_subcommand("report", "Results as one page for a browser: curves, stages, sources, provenance.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab report results/multiqueue_2012\n"
      "  vqlab report results/multiqueue_2012 results/claims -o report.html\n"
      "  vqlab report results/before results/after -o moved.html\n"
      "\nThe page is one file, and needs no network. Two results of `vqlab run` make a report of what moved, too.\n"
      "What `vqlab explain` and `vqlab overlay` left in a result is taken in. docs/how-to/report.md explains the "
      "page.\n"
      "\nExit codes: 0 done; 1 the page cannot be written, or uPlot is not installed; 2 a result cannot be read, "
      "nothing\n"
      "was written.");
  const auto arguments = std::make_shared<ReportArguments>();
  verb->add_option("RESULT", arguments->results, "Result directories, of `vqlab run` or another verb.")
      ->required()
      ->check(CLI::ExistingDirectory);
  verb->add_option("-o,--out", arguments->out, "The page; report.html if left out.");
  verb->add_option("--title", arguments->title, "What stands above the page; the study's title if left out.");
  verb->add_flag("--force", arguments->force, "Write over a file that is no report.");
  verb->callback([arguments, &code] { code = write_report(*arguments); });
}

const VerbRegistration report_verb{"report", {VerbGroup::kAsk, add_report_verb}};

}  // namespace
}  // namespace vqlab

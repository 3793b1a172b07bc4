// vqlab artifact: results with all that it takes to have them again, as one archive.
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/python.hpp"
#include "analysis/app/verb.hpp"
#include "build_info.hpp"

namespace vqlab {
namespace {

struct ArtifactArguments {
  std::vector<std::string> results;
  std::string out;
  std::string title;
  bool force = false;
};

int make_artifact(const ArtifactArguments& arguments) {
  std::vector<std::string> words{
      "--out=" + arguments.out, "--title=" + arguments.title, "--version=" + std::string(build_version()),
      "--program-sha256=" + std::string(build_program_sha256()), "--sources=" + std::string(build_source_dir())};
  if (arguments.force) words.emplace_back("--force");
  words.emplace_back("--");
  words.insert(words.end(), arguments.results.begin(), arguments.results.end());
  return run_analysis("artifact/artifact.py", words);
}

void add_artifact_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("artifact", "Results, scenarios, sources and a check of them, as one archive.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab artifact results/multiqueue_2012 -o artifact.zip\n"
      "  vqlab artifact results/* -o paper.zip --title 'Steering without locks'\n"
      "\nThe archive has an ARTIFACT.md in the form that SOSP and EuroSys ask for, and `check`, which runs everything "
      "again\n"
      "and compares. It is made by the program of a source tree, of results that this very program has made.\n"
      "docs/how-to/artifact.md explains it.\n"
      "\nExit codes: 0 done; 1 the archive cannot be written; 2 a result or the sources are no good, nothing was "
      "written.");
  const auto arguments = std::make_shared<ArtifactArguments>();
  verb->add_option("RESULT", arguments->results, "Result directories of `vqlab run`.")
      ->required()
      ->check(CLI::ExistingDirectory);
  verb->add_option("-o,--out", arguments->out, "The archive, a name that ends in .zip.")->required();
  verb->add_option("--title", arguments->title, "What it is an artifact of; the first study's title if left out.");
  verb->add_flag("--force", arguments->force, "Write over a file that is there.");
  verb->callback([arguments, &code] { code = make_artifact(*arguments); });
}

const VerbRegistration artifact_verb{"artifact", {VerbGroup::kAsk, add_artifact_verb}};

}  // namespace
}  // namespace vqlab

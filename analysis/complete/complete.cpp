// vqlab complete: what shells offer after a tab. Each shell's part of it lies in analysis/complete/shells.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/verb.hpp"
#include "analysis/complete/candidates.hpp"

namespace vqlab {
namespace {

void print_candidates(const Candidates& candidates) {
  for (const Candidate& one : candidates.words) std::cout << one.word << '\t' << one.help << '\n';
  if (candidates.paths == Candidates::Paths::kFiles) std::cout << ":files\n";
  if (candidates.paths == Candidates::Paths::kFolders) std::cout << ":folders\n";
}

void add_complete_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("complete", "List what may stand next on a command line, for shells.");
  verb->footer(
      "\nThe last word is the one that is being written; it may be empty. One candidate in each line, then a tab and "
      "its\n"
      "help. A last line, :files or :folders, says that paths may stand there, too.\n"
      "\nExamples:\n"
      "  vqlab complete -- compare skew --policy per_\n"
      "  source analysis/complete/shells/vqlab.bash\n"
      "\nExit codes: 0 done.");
  const auto words = std::make_shared<std::vector<std::string>>();
  verb->add_option("WORD", *words, "Words after the program's name, behind --.");
  verb->callback([words, &app, &code] {
    print_candidates(candidates_for(app, *words));
    code = kExitGood;
  });
}

const VerbRegistration complete_verb{"complete", {VerbGroup::kLookUp, add_complete_verb, false}};

}  // namespace
}  // namespace vqlab

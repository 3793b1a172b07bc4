// vqlab man: each verb's help as a manual page.
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/man/manual_page.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

struct ManArguments {
  std::vector<std::string> verb;
  std::string all;  // folder; empty: none
};

int print_page(const std::vector<CalledVerb>& verbs, const ManArguments& arguments) {
  const std::string wanted =
      fmt::format("vqlab{}{}", arguments.verb.empty() ? "" : " ", fmt::join(arguments.verb, " "));
  std::vector<std::string> known;
  for (const CalledVerb& verb : verbs) {
    if (verb.first == wanted) {
      const std::string page = manual_page(verb);
      std::cout << page;
      answer("page", [&page] { return page; });
      return kExitGood;
    }
    known.push_back(verb.first.substr(std::min(verb.first.size(), std::string("vqlab ").size())));
  }
  known.erase(known.begin());
  const std::string found = fmt::format("{}", fmt::join(arguments.verb, " "));
  say_fault({FaultKind::kMeaning, "VERB", "name", found, one_of(known), nearest_name(found, known)});
  return kExitBadInput;
}

int run_man(const CLI::App& program, const ManArguments& arguments) {
  const std::vector<CalledVerb> verbs = called_verbs(program);
  if (arguments.all.empty()) return print_page(verbs, arguments);
  std::filesystem::create_directories(arguments.all);
  answer_whole([] { return AnswerJson::object(); });
  for (const CalledVerb& verb : verbs) {
    const std::filesystem::path file = std::filesystem::path(arguments.all) / (page_name(verb) + ".1");
    write_atomically(file, manual_page(verb));
    answer_file(file);
  }
  return kExitGood;
}

void add_man_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("man", "Print the manual page of a verb.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab man run | man -l -\n"
      "  vqlab man ring replay | man -l -\n"
      "  vqlab man --all man1\n"
      "\nAn installed program has these pages in share/man: man vqlab-run.\n"
      "\nExit codes: 0 done; 1 a page cannot be written; 2 there is no such verb.");
  const auto arguments = std::make_shared<ManArguments>();
  CLI::Option* of_verb =
      verb->add_option("VERB", arguments->verb, "The verb, and the one below it; the program itself if left out.");
  verb->add_option("--all", arguments->all, "Folder that all pages are written into.")->excludes(of_verb);
  verb->callback([arguments, &app, &code] { code = run_man(app, *arguments); });
}

const VerbRegistration man_verb{"man", {VerbGroup::kLookUp, add_man_verb}};

}  // namespace
}  // namespace vqlab

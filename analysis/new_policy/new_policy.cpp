#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/new_policy/policy_name.hpp"
#include "analysis/new_policy/policy_templates.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/say_faults.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

std::string fill_in(std::string text, const std::string& name) {
  for (const auto& [mark, value] : {std::pair<std::string, std::string>{"@name@", name}, {"@Class@", class_name(name)}})
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
      text.replace(at, mark.size(), value);
  return text;
}

int new_policy(const std::string& name) {
  const fs::path policy = home() / "models/steering/policies" / (name + ".cpp");
  const fs::path test = home() / "tests/conformance" / (name + "_policy_test.cpp");
  std::vector<Fault> faults;
  if (const std::string accepted = refused_name(name); !accepted.empty()) {
    say_fault({FaultKind::kMeaning, "NAME", "name", name, accepted, ""});
    return kExitBadInput;
  }
  if (Registry<PolicyEntry>::instance().find(name) != nullptr)
    faults.push_back({FaultKind::kMeaning, "NAME", "name", name, "a name that no policy has yet", ""});
  for (const fs::path& file : {policy, test}) {
    if (fs::exists(file))
      faults.push_back({FaultKind::kMeaning, "NAME", "file", file.string() + ", which exists",
                        "a name whose files are not there", ""});
    if (!fs::is_directory(file.parent_path()))
      faults.push_back({FaultKind::kMeaning, "NAME", "folder", file.parent_path().string() + ", which is not there",
                        "the project's source tree, in VQLAB_HOME; looked in " + home_words(), ""});
  }
  say_faults(faults);
  if (!faults.empty()) return kExitBadInput;

  write_atomically(policy, fill_in(kPolicyTemplate, name));
  write_atomically(test, fill_in(kPolicyTestTemplate, name));
  for (const fs::path& file : {policy, test}) answer_file(file);
  answer_whole([&] { return AnswerJson{{"policy", policy.string()}, {"test", test.string()}}; });
  fmt::print(
      "{}\n  the policy: say what it does, and what it promises\n"
      "{}\n  its test: fails until you have written what the policy must do\n\n"
      "Nothing else needs to be edited. Next:\n"
      "  ./lab policy try {}\n"
      "  ./lab run scenarios/tutorial/02_sweep.json --set guest.policy={}\n"
      "  ./lab order {}\n"
      "  ./lab compare scenarios/studies/multiqueue_2012.json --policy {}\n"
      "  ./lab test\n"
      "docs/how-to/policy.md goes through it in ten minutes.\n",
      policy.string(), test.string(), policy.string(), name, name, name);
  return kExitGood;
}

void add_new_policy_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("new-policy", "Begin a steering policy: its file and a test to fill in.");
  verb->footer(
      "\nExample:\n  vqlab new-policy by_lun\n"
      "\nExit codes: 0 both files are written; 2 the name cannot be used, and nothing is written.");
  const auto name = std::make_shared<std::string>();
  verb->add_option("NAME", *name, "Name in scenarios, and of the file.")->required();
  verb->callback([name, &code] { code = new_policy(*name); });
}

const VerbRegistration new_policy_verb{"new-policy", {VerbGroup::kExtend, add_new_policy_verb}};

}  // namespace
}  // namespace vqlab

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/home.hpp"
#include "analysis/app/list_option.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/load_study.hpp"

namespace vqlab {
namespace {

struct CheckOptions {
  std::vector<std::string> files;
  std::vector<std::string> overrides;
  bool machine = false;
  bool json = false;
};

// A machine is checked as the scenario that has it and nothing else.
StudyOrFaults check_machine(const std::string& file) {
  const std::filesystem::path machine = std::filesystem::absolute(file);
  Json document;
  document["study"] = "check";
  document["machine"] = machine.string();
  return parse_study(document.dump(-1, ' ', false, Json::error_handler_t::replace),
                     machine.parent_path() / "a scenario of this machine");
}

Json to_json(const std::string& file, const StudyOrFaults& result) {
  Json json;
  json["file"] = file;
  if (result.study) json["points"] = result.study->points.size();
  if (result.study && !result.study->notes.empty()) json["notes"] = result.study->notes;
  json["faults"] = Json::array();
  for (const Fault& fault : result.faults) {
    Json one;
    one["kind"] = to_string(fault.kind);
    one["file"] = fault.file;
    one["path"] = fault.path;
    one["found"] = fault.found;
    one["accepted"] = fault.accepted;
    if (!fault.nearest.empty()) one["nearest"] = fault.nearest;
    json["faults"].push_back(std::move(one));
  }
  return json;
}

int check(const CheckOptions& options) {
  int code = kExitGood;
  Json all = Json::array();
  for (const std::string& file : options.files) {
    const StudyOrFaults result =
        options.machine ? check_machine(file) : load_study(file, {options.overrides, home() / "scenarios"});
    if (!result.faults.empty()) code = kExitBadInput;
    if (options.json) {
      all.push_back(to_json(file, result));
    } else if (result.study && options.machine) {
      std::cout << file << ": good\n";
    } else if (result.study) {
      std::cout << file << ": good, " << result.study->points.size() << " points\n";
      for (const std::string& note : result.study->notes) std::cout << "note: " << note << "\n";
    } else {
      for (const Fault& fault : result.faults) std::cerr << to_string(fault) << "\n";
    }
  }
  if (options.json) std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  return code;
}

void add_check_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("check", "Check scenario files: prints every fault, runs nothing.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab check scenarios/studies/*.json\n"
      "  vqlab check scenarios/studies/scaling.json --set guest.vcpus=0\n"
      "\nExit codes: 0 all are good; 2 there are faults.");
  const auto options = std::make_shared<CheckOptions>();
  verb->add_option("FILE", options->files, "Scenario files.")->required();
  CLI::Option* set = add_repeated(*verb, "--set", options->overrides,
                                  "Override a value, path=value, before checking; may be repeated.");
  verb->add_flag("--machine", options->machine, "The files are machines.")->excludes(set);
  verb->add_flag("--json", options->json, "Print the faults as JSON, for editors and tests.");
  verb->callback([options, &code] { code = check(*options); });
}

const VerbRegistration check_verb{"check", {VerbGroup::kLookUp, add_check_verb}};

}  // namespace
}  // namespace vqlab

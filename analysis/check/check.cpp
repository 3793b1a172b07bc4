// vqlab check: whether scenarios, machines and the user's files are right.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/list_option.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/formats/import_files.hpp"
#include "analysis/formats/import_report.hpp"
#include "analysis/scenario/fault_json.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

struct CheckOptions {
  std::vector<std::string> files;
  std::vector<std::string> overrides;
  ImportArguments import;  // its machine is the value of --machine
  bool says_machine = false;
};

struct Checked {
  StudyOrFaults study;
  std::optional<ImportedSetup> imported{};  // of the user's files
  [[nodiscard]] bool good() const { return study.study.has_value(); }
};

// A machine is checked as the scenario that has it and nothing else.
Checked check_machine(const std::string& file) {
  const std::filesystem::path machine = std::filesystem::absolute(file);
  Json document;
  document["study"] = "check";
  document["machine"] = machine.string();
  return {parse_study(document.dump(-1, ' ', false, Json::error_handler_t::replace),
                      machine.parent_path() / "a scenario of this machine")};
}

// A job file, or none: then the guest alone.
Checked check_import(const CheckOptions& options, const std::string& job_file) {
  ImportArguments arguments = options.import;
  arguments.fio = job_file;
  const std::filesystem::path scenario = std::filesystem::path(job_file).parent_path() / "imported.json";
  ImportedSetup imported = import_files(arguments, scenario);
  StudyOrFaults study = imported_study(imported, scenario, {options.overrides, home() / "scenarios"});
  return {std::move(study), std::move(imported)};
}

Json to_json(const std::string& file, const Checked& checked) {
  const StudyOrFaults& result = checked.study;
  Json json;
  json["file"] = file;
  if (result.study) json["points"] = result.study->points.size();
  if (result.study && !result.study->notes.empty()) json["notes"] = result.study->notes;
  std::vector<Fault> faults = result.faults;
  if (checked.imported) {
    json["options"] = options_json(*checked.imported);
    faults.insert(faults.begin(), checked.imported->faults.begin(), checked.imported->faults.end());
  }
  json["faults"] = fault_json(faults);
  return json;
}

void print(const std::string& file, const Checked& checked, bool is_machine) {
  if (checked.imported) say_import_report(*checked.imported);
  say_faults(checked.study.faults);
  if (!checked.good()) return;
  std::cout << file << ": good";
  if (!is_machine) std::cout << ", " << checked.study.study->points.size() << " points";
  std::cout << "\n";
  if (is_machine) return;
  for (const std::string& note : checked.study.study->notes) std::cout << "note: " << note << "\n";
}

void refuse_what_does_not_go_together(const CheckOptions& options, bool of_import, bool machines) {
  if (options.files.empty() && !options.import.any() && options.import.machine.empty())
    throw Refused("check: found no file; accepted: scenarios, fio job files, --qemu FILE or --libvirt FILE");
  for (const std::string& file : options.files)
    if (std::filesystem::path(file).extension() == ".xml")
      throw Refused(file + ": found a file of XML; accepted: a scenario or a fio job file, and --libvirt " + file);
  if (machines && !options.overrides.empty())
    throw Refused("--set: found beside --machine; accepted: one of the two, or both with a fio job file");
  const auto is_fio = [](const std::string& file) { return is_fio_file(file); };
  if (of_import && !std::all_of(options.files.begin(), options.files.end(), is_fio))
    throw Refused(
        "--qemu, --libvirt, --machine and --strict: found with a file that is no fio job file; accepted: "
        "fio job files alone");
}

int check(CheckOptions options) {
  const auto is_fio = [](const std::string& file) { return is_fio_file(file); };
  const bool some_fio = std::any_of(options.files.begin(), options.files.end(), is_fio);
  // `check --machine FILE...`: what follows the word is a file, too, unless there is something to import.
  const bool machines = options.says_machine && !some_fio && !options.import.any();
  refuse_what_does_not_go_together(
      options, options.import.any() || options.import.strict || (some_fio && options.says_machine), machines);
  if (machines && !options.import.machine.empty()) options.files.insert(options.files.begin(), options.import.machine);
  if (options.files.empty()) options.files.emplace_back();
  int code = kExitGood;
  Json all = Json::array();
  for (const std::string& file : options.files) {
    const Checked checked = machines ? check_machine(file)
                            : file.empty() || is_fio_file(file)
                                ? check_import(options, file)
                                : Checked{load_study(file, {options.overrides, home() / "scenarios"})};
    if (!checked.good()) code = kExitBadInput;
    const std::string shown = !file.empty()                 ? file
                              : options.import.qemu.empty() ? options.import.libvirt
                                                            : options.import.qemu;
    print(shown, checked, machines);
    if (answers_json()) all.push_back(to_json(shown, checked));
  }
  answer("checked", [&all] { return all; });
  return code;
}

void add_check_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand(
      "check", "Check scenarios, or the files that `import` takes: prints every fault, runs and writes nothing.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab check scenarios/studies/*.json\n"
      "  vqlab check scenarios/studies/scaling.json --set guest.vcpus=0\n"
      "  vqlab check job.fio --qemu vm.sh --machine server_2024_qemu_10_0\n"
      "  vqlab check --machine my_machine.json\n"
      "\nExit codes: 0 all are good; 2 there are faults.");
  const auto options = std::make_shared<CheckOptions>();
  verb->add_option("FILE", options->files, "Scenario files, or fio job files.");
  add_repeated(*verb, "--set", options->overrides, "Override a value, path=value, before checking; may be repeated.");
  add_guest_options(*verb, options->import);
  const CLI::Option* const machine =
      verb->add_option(
              "--machine", options->import.machine,
              "With a job file or a guest: the machine whose costs it has, as for `import`. Else: the files are "
              "machines.")
          ->expected(0, 1);
  verb->callback([options, machine, &code] {
    options->says_machine = machine->count() > 0;
    code = check(*options);
  });
}

const VerbRegistration check_verb{"check", {VerbGroup::kLookUp, add_check_verb}};

}  // namespace
}  // namespace vqlab

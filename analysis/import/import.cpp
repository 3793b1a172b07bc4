// vqlab import: a scenario from the files of fio, QEMU and libvirt.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "analysis/app/answer.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/formats/import_files.hpp"
#include "analysis/formats/import_report.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

struct ImportVerb {
  ImportArguments files;
  std::string folder;  // of an export
  std::string out;     // empty: standard output
  bool force = false;
};

void check_import_target(const ImportVerb& verb) {
  const fs::path file(verb.out);
  if (!file.empty() && !fs::is_directory(file.has_parent_path() ? file.parent_path() : fs::path(".")))
    throw Refused("-o " + verb.out + ": found no such folder; accepted: a file in a folder that is there");
  if (fs::is_directory(file)) throw Refused("-o " + verb.out + ": found a folder; accepted: a file");
  if (fs::exists(file) && !verb.force)
    throw Refused("-o " + verb.out + ": found a file that is there already; accepted: a new file; --force replaces it");
}

int import(ImportVerb verb) {
  if (!verb.folder.empty()) {
    if (verb.files.any())
      throw Refused("--export: found --fio, --qemu or --libvirt as well; accepted: the folder alone");
    const fs::path folder = verb.folder;
    verb.files.fio = (folder / "job.fio").string();
    verb.files.qemu = (folder / "qemu.txt").string();
    verb.files.values = (folder / "values.json").string();
  }
  if (!verb.files.any())
    throw Refused("import: found no file; accepted: --fio, --qemu or --libvirt, --fio with one of them, or --export");
  check_import_target(verb);
  const ImportedSetup imported =
      import_files(verb.files, verb.out.empty() ? fs::path("imported.json") : fs::path(verb.out));
  say_import_report(imported);
  answer("options", [&] { return options_json(imported); });
  if (!imported.good) return kExitBadInput;
  answer("scenario", [&] { return imported.scenario; });
  const std::string text = imported.scenario.dump(2) + "\n";
  if (verb.out.empty()) {
    std::cout << text;
  } else {
    write_atomically(verb.out, text);
    answer_file(verb.out);
  }
  return kExitGood;
}

void add_import_verb(CLI::App& app, int& code) {
  CLI::App* verb =
      app.add_subcommand("import", "Make a scenario of a fio job file and of a QEMU command line or libvirt domain.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab import --fio job.fio -o my.json\n"
      "  vqlab import --fio job.fio --qemu vm.sh --machine server_2024_qemu_10_0 -o my.json\n"
      "  vqlab import --export /tmp/export -o again.json\n"
      "\nThe report on standard error says of each option whether it is modelled, harmless, approximated or refused.\n"
      "\nExit codes: 0 the scenario is written; 2 something is refused, nothing was written.");
  const auto options = std::make_shared<ImportVerb>();
  verb->add_option("--fio", options->files.fio, "A fio job file: the jobs.");
  add_import_options(*verb, options->files);
  verb->add_option("--export", options->folder,
                   "A folder that `vqlab export` has written: job.fio, qemu.txt, values.json.");
  verb->add_option("-o,--out", options->out, "File for the scenario; standard output if left out.");
  verb->add_flag("--force", options->force, "Replace the file if it is there.");
  verb->callback([options, &code] { code = import(*options); });
}

const VerbRegistration import_verb{"import", {VerbGroup::kLookUp, add_import_verb}};

}  // namespace
}  // namespace vqlab

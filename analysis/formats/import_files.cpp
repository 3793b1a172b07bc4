#include "analysis/formats/import_files.hpp"

#include <cstdlib>
#include <fstream>
#include <system_error>
#include <utility>

#include "analysis/app/home.hpp"

namespace vqlab {
namespace {

std::optional<ImportedFile> file_of(const std::string& file, const std::string& accepted, std::vector<Fault>& faults) {
  if (file.empty()) return std::nullopt;
  FaultList list(file);
  auto text = read_input(file, accepted, list);
  for (Fault& fault : list.faults()) faults.push_back(std::move(fault));
  return text ? std::optional<ImportedFile>({file, std::move(*text)}) : std::nullopt;
}

std::optional<std::string> text_of_included(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  FaultList ignored(path);
  return read_input(path, "", ignored);
}

std::optional<std::string> variable_of_shell(const std::string& name) {
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

void add_guest_options(CLI::App& verb, ImportArguments& arguments) {
  CLI::Option* const qemu = verb.add_option("--qemu", arguments.qemu,
                                            "A QEMU command line, or a script with one: guest, controllers and disks.");
  verb.add_option("--libvirt", arguments.libvirt, "The same of a libvirt domain, as `virsh dumpxml` prints it.")
      ->excludes(qemu);
  verb.add_flag("--strict", arguments.strict, "Refuse what is approximated, too.");
}

void add_import_options(CLI::App& verb, ImportArguments& arguments) {
  add_guest_options(verb, arguments);
  verb.add_option("--machine", arguments.machine,
                  "Machine whose costs the scenario has: a name of `vqlab list machines`, or a file.");
}

ImportedSetup import_files(const ImportArguments& arguments, const std::filesystem::path& scenario) {
  ImportSetup setup;
  std::vector<Fault> faults;
  setup.fio = file_of(arguments.fio, "a fio job file", faults);
  setup.qemu = file_of(arguments.qemu, "a QEMU command line", faults);
  setup.libvirt = file_of(arguments.libvirt, "a libvirt domain", faults);
  setup.values = file_of(arguments.values, "members of a scenario", faults);
  if (!faults.empty()) {
    ImportedSetup unread{};
    unread.faults = std::move(faults);
    return unread;
  }
  setup.machine = arguments.machine;
  const std::string& guest = arguments.qemu.empty() ? arguments.libvirt : arguments.qemu;
  setup.study = study_name_of(arguments.fio.empty() ? guest : arguments.fio);
  setup.scenario = scenario;
  setup.home = home() / "scenarios";
  setup.strict = arguments.strict;
  setup.around = {text_of_included, variable_of_shell};
  setup.directory = std::filesystem::current_path().string() + "/";
  return import_setup(setup);
}

StudyOrFaults imported_study(const ImportedSetup& imported, const std::filesystem::path& scenario,
                             const StudyOptions& reading) {
  if (!imported.good) return {};
  return parse_study(imported.scenario.dump(-1, ' ', false, Json::error_handler_t::replace), scenario, reading);
}

bool is_fio_file(const std::filesystem::path& file) {
  if (file.extension() == ".fio") return true;
  if (file.extension() == ".json") return false;
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    const std::size_t first = line.find_first_not_of(" \t\r\xEF\xBB\xBF");
    if (first == std::string::npos || line[first] == ';' || line[first] == '#') continue;
    const std::size_t end = line.find(']', first);
    return line[first] == '[' && end != std::string::npos && line.find_first_of("\"{},", first) == std::string::npos;
  }
  return false;
}

}  // namespace vqlab

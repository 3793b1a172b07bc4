// The options of verbs that take the user's files, and their scenario.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "analysis/formats/import_setup.hpp"
#include "analysis/scenario/load_study.hpp"

namespace vqlab {

struct ImportArguments {
  std::string fio;
  std::string qemu;
  std::string libvirt;
  std::string values;  // what stands there whatever the others say
  std::string machine;
  bool strict = false;

  // One of the files is given.
  [[nodiscard]] bool any() const { return !fio.empty() || !qemu.empty() || !libvirt.empty(); }
};

// --qemu, --libvirt and --strict; `arguments` outlives `verb`.
void add_guest_options(CLI::App& verb, ImportArguments& arguments);
// These and --machine: all but --fio.
void add_import_options(CLI::App& verb, ImportArguments& arguments);

// Reads the files and puts them together. The scenario is going to lie at `scenario`. A file that cannot be read is a
// fault.
[[nodiscard]] ImportedSetup import_files(const ImportArguments& arguments, const std::filesystem::path& scenario);

// The study of what was imported, with the overrides of `reading`. Neither a study nor faults if something is refused:
// the report says it.
[[nodiscard]] StudyOrFaults imported_study(const ImportedSetup& imported, const std::filesystem::path& scenario,
                                           const StudyOptions& reading);

// Whether it is a job file: by its name, or because it begins as one.
[[nodiscard]] bool is_fio_file(const std::filesystem::path& file);

}  // namespace vqlab

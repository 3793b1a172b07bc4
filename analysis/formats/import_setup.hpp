// Files of fio and of QEMU or libvirt, put together into one scenario.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/formats/classed_option.hpp"
#include "analysis/formats/fio_lines.hpp"

namespace vqlab {

struct ImportedFile {
  std::string file;  // as the user named it
  std::string text;
};

struct ImportSetup {
  std::optional<ImportedFile> fio;
  std::optional<ImportedFile> qemu;     // of these two
  std::optional<ImportedFile> libvirt;  // no more than one
  // Values that stand in the scenario whatever the others say, as members of a scenario: jobs and controllers by their
  // names, null for a value that is not to stand there.
  std::optional<ImportedFile> values{};
  std::string machine;             // of the scenario; empty: the default one
  std::string study;               // its name
  std::filesystem::path scenario;  // where it is going to lie
  std::filesystem::path home;      // folder that holds machines/
  bool strict = false;             // what is approximated is refused
  FioSurroundings around;
  std::string directory;  // in which fio runs, with a slash at its end
};

struct ImportedSetup {
  Json scenario;
  std::vector<ClassedOption> options;  // file by file, in the order of their lines
  std::vector<Fault> faults;
  // Nothing is refused: the scenario is one that `vqlab check` calls good.
  bool good = false;
};

[[nodiscard]] ImportedSetup import_setup(const ImportSetup& setup);

// The name of a study for files whose first is this one.
[[nodiscard]] std::string study_name_of(const std::filesystem::path& file);

}  // namespace vqlab

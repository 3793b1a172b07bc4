// fio job files, as members of a scenario.
#pragma once

#include <string>

#include "analysis/formats/classed_option.hpp"
#include "analysis/formats/fio_disk_names.hpp"
#include "analysis/formats/fio_lines.hpp"

namespace vqlab {

struct FioSetting {
  FioSurroundings around;
  std::string directory{};  // where fio runs, with a slash at its end; empty: the paths of traces stay as they are
  FioMachine machine{};
};

// Members targets, jobs, and where they are needed precision and guest. `file` names the text in faults and rows.
[[nodiscard]] ImportedPart import_fio(const std::string& text, const std::string& file, const FioSetting& setting);

}  // namespace vqlab

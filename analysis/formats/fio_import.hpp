// fio job files, as members of a scenario.
#pragma once

#include <cstdint>
#include <string>

#include "analysis/formats/classed_option.hpp"
#include "analysis/formats/fio_lines.hpp"

namespace vqlab {

struct FioSetting {
  FioSurroundings around;
  std::string directory{};  // where fio runs, with a slash at its end; empty: the paths of traces stay as they are
  std::uint32_t disks = 0;  // that the machine has; 0: as many as the job file names
};

// Members targets, jobs, and where they are needed precision and guest. `file` names the text in faults and rows.
[[nodiscard]] ImportedPart import_fio(const std::string& text, const std::string& file, const FioSetting& setting);

}  // namespace vqlab

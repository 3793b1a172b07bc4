// What a point is exported as: files that fio, QEMU and a shell take.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/section.hpp"

namespace vqlab {

// Names and texts: job.fio, qemu.txt (the command line), run.sh (boots a guest and runs fio in it) and README.md (what
// must be set, and all that neither file says). `what` names the point, as a person would.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> export_files(const std::string& what,
                                                                            const PointSpec& spec, std::uint64_t seed);

}  // namespace vqlab
